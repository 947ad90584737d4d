"""A service's own test meets the emulator's S3 and SQS."""

import json

import boto3
import pytest

from ishizue.testing.emulator import REGION, Emulator
from tests.infra.emulator.conftest import needs_emulator


@needs_emulator
@pytest.mark.external
def test_an_upload_arrives_in_the_queue(aws: Emulator) -> None:
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    assert s3.meta.endpoint_url == aws.url
    queue = sqs.create_queue(QueueName="uploads")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:000000000000:uploads"
    s3.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": REGION})
    told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration=told)
    s3.put_object(Bucket="photos", Key="cat", Body=b"meow")
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    events = [json.loads(each["Body"]) for each in messages]
    # As on AWS, the first is a test event.
    [uploaded] = [event["Records"][0]["s3"] for event in events if "Records" in event]
    assert uploaded["object"]["key"] == "cat"
