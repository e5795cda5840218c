"""VMs must carry a tag that says how confidential their data are."""

from tenantlint import Context, Document, Resource, Rule, Verdict, hookimpl, rule

TENANTLINT_API = "1.0"
POLICY = Document("Acme tagging policy", "2026-03-01", "https://acme.example/tagging")


@rule(id="acme-vm-data-class", on="virtual_machines", noun="VM", level="warning", sources=[POLICY])
def acme_vm_data_class(vm: Resource, ctx: Context) -> Verdict:
    if vm.text('tags."data-class"'):
        return vm.compliant()
    return vm.violation("has no tag 'data-class'", level="warning", evidence={'tags."data-class"': None})


@hookimpl
def register_rules() -> list[Rule]:
    return [acme_vm_data_class]
