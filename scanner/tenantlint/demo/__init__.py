"""A tenant copy of a company that does not exist, for trying tenantlint without Azure. A script wrote it."""
