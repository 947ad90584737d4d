"""Whether each role may make the calls that it makes, decided by an independent simulator of IAM.

`ishizue_ops.emulator` records a rehearsal: every resource as it was deployed, and the calls of the
release as boto3 makes them. `cases.py` adds those of AWS's services, docker and the CDK.
"""
