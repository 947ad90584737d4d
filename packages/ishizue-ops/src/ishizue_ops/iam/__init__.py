"""Whether each role may make the calls that it makes, decided by an independent simulator of IAM.

`ishizue_ops.emulator` records a rehearsal: every request with its caller, every resource as it was
deployed. `services.py` adds the calls that AWS's services make by themselves. Actions, resources
and condition keys come from AWS's Service Authorization Reference, in the npm package iam-data.
"""
