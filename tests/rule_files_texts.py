"""Rule files that tests share, about the machines of tests.makers and the VMs of tests.tenant_copies."""

LISTED = """\
// id: acme-large
// title: VMs must be small
// level: warning
// type: Microsoft.Compute/virtualMachines
// source: Guide to what must be, 2026-01-01, https://example.test/guide
// message: has {disks} data disks
// why: Large VMs take long to back up.
// fix: Remove disks.
// noun: VM
// topic: Size
// tags: acme, size

Resources
| where type =~ 'Microsoft.Compute/virtualMachines'
| extend disks = array_length(properties.storageProfile.dataDisks)
| where disks > 16
| project id, name, tags, disks
"""

DECLARED = """\
id: acme-tagged
on: virtual_machines
level: note
title: VMs must carry an owner
why: Somebody has to be asked.
when: location != 'nowhere'
require: tags.owner != ''
message: has no owner, but {length(properties.storageProfile.dataDisks)} disks
defaults:
  tags.owner: ""
noun: VM
topic: Tags
tags: [acme, tags]
source:
  title: Guide to what must be
  date: 2026-01-01
  url: https://example.test/guide
"""
