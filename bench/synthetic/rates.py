"""How often each thing is seen among VMs: in hundredths of a percent, as large tenants show it."""

from bench.synthetic.draws import odds

DATA_DISKS = odds(
    {0: 2500, 2: 1800, 3: 1000, 4: 900, 6: 450, 8: 150, 17: 20, 24: 15, 32: 15, 33: 10, 40: 8, 64: 2}, rest=1
)
ACCELERATED = odds({True: 50}, rest=False)
STORAGE = odds({"unmanaged": 20, "unseen": 5}, rest="managed")
SPECIAL_DISKS = odds(
    {"ultra": 50, "premium-v2": 90, "huge": 8, "entra": 30, "confidential": 12, "ephemeral": 30}, rest="none"
)
HOST_ENCRYPTION = odds({True: 1500}, rest=False)

PROTECTION = odds(
    {
        "none": 850,
        "stopped": 150,
        "soft-deleted": 100,
        "error": 100,
        "pending": 50,
        "suspended": 20,
        "failing": 150,
        "warned": 100,
        "suggested": 80,
        "stale": 100,
    },
    rest="protected",
)
VAULT = odds({"other region": 20, "other subscription": 10}, rest="own")
BESIDES = odds({"workload": 100, "orphan": 50, "leftover": 30, "double": 15}, rest="nothing")
POLICY = odds(
    {"EnhancedPolicy": 2500, "gold": 1500, "weekly": 300, "crash-consistent": 200, "odd": 100, "gone": 15, "": 5},
    rest="DefaultPolicy",
)
EXCLUSIONS = odds({"first": 100, "others": 30, "nothing": 200}, rest="unsaid")
"""Which data disks a protected item leaves out: the first, all but the first, or expressly none."""

ENCRYPTION = odds({"single": 220, "dual": 60, "undone": 20}, rest="none")
KEY_ACCESS = odds(
    {"lacking": 1000, "group": 200, "gone": 200, "administrator": 2500, "custom-role": 1500}, rest="policy"
)
LUKS = odds({"script": 20, "run-command": 10, "assignment": 15, "tag": 5}, rest="none")

AGENT = odds({"no-extensions": 30, "not-provisioned": 60, "no-profile": 60}, rest="ordinary")
PURPOSE = odds({"spot": 80, "session-host": 200, "edge": 25, "scale-set": 150, "failed": 20}, rest="ordinary")
NETWORK = odds({"balancer": 600, "public": 250, "two-nics": 120, "two-addresses": 25}, rest="plain")
STATIC_ADDRESS = odds({True: 1500}, rest=False)
SPELLING = odds({"upper": 1200, "lower": 800}, rest="same")
