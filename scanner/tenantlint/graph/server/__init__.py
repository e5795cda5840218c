"""The local resource graph over HTTP: a tenant copy that answers as Azure Resource Graph does.

Any client of Azure Resource Graph can be pointed at it. ``serving`` starts it, ``faults`` scripts what goes wrong. It
needs the extra ``server``: ``pip install 'tenantlint[server]'``.

Where nobody has recorded what the service says, the answer's detail has the code ``LocalResourceGraph``: it is this
server's own, and no client should be taught to expect it.
"""
