"""Rules of third parties judge in processes of their own, which can be killed: whatever they do, they do to themselves.

It protects a scan from mistakes, not from malice: such a process has the rights of whoever runs it.
"""
