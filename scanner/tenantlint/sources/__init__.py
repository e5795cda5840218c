"""Where findings are shown: the files of a repository that declare a resource, or that say how it is."""
