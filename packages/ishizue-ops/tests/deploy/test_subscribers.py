"""`make deploy` says whom an alarm reaches, and who has still to confirm."""

from tests.deploy.aws import STATE, Account, Run

TOPIC = "arn:aws:sns:ap-northeast-1:111122223333:topic"


def test_who_is_told_and_who_has_not_confirmed_is_said_without_a_url_s_key(
    account: Account,
) -> None:
    has_topic(account, STATE)
    has_topic(account, "NotesOutside", " us-east-1")
    account.responds(
        "sns",
        "list_subscriptions_by_topic",
        {
            "Subscriptions": [
                {"Protocol": "email", "Endpoint": "a@example.com", "SubscriptionArn": "arn:aws:a"},
                {
                    "Protocol": "https",
                    "Endpoint": "https://events.example.com/key",
                    "SubscriptionArn": "PendingConfirmation",
                },
            ]
        },
        {"TopicArn": TOPIC},
    )
    account.responds("sns us-east-1", "list_subscriptions_by_topic", {"Subscriptions": []})
    run = Run(account, {"OUTSIDE_CHECK": "on"})
    run.steps.subscribers()
    told, waits, nobody = run.printed
    assert told == "alarms: in ap-northeast-1 a@example.com is told"
    assert "events.example.com is NOT told" in waits
    assert "key" not in waits
    assert "us-east-1 nobody is told: set ALARM_EMAIL or ALARM_URL" in nobody


def has_topic(account: Account, stack: str, region: str = "") -> None:
    row = {"LogicalResourceId": "Topic", "ResourceStatus": "CREATE_COMPLETE", "Timestamp": 0}
    topic = {**row, "ResourceType": "AWS::SNS::Topic", "PhysicalResourceId": TOPIC}
    other = {**row, "ResourceType": "AWS::S3::Bucket", "PhysicalResourceId": "bucket"}
    response = {"StackResources": [other, topic]}
    account.responds(
        f"cloudformation{region}", "describe_stack_resources", response, {"StackName": stack}
    )
