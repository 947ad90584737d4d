"""Whether each role may make the calls that it makes, decided by an independent simulator of IAM.

`ishizue_ops.emulator` records a rehearsal: every resource as it was deployed, and the calls of the
release as boto3 makes them. `services.py` adds the calls that AWS's services, docker, GitHub and
the CDK make. Actions, resources and condition keys come from AWS's Service Authorization Reference,
in the npm package iam-data.
"""
