"""A record as the emulator writes it, made by hand."""

from collections.abc import Mapping
from typing import Any

from ishizue_ops.iam.record import ACCOUNT

REGION = "ap-northeast-1"
POLICY = "2012-10-17"
ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/NotesState-Pipeline-1/GitHubActions"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/cdk-deploy"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/NotesStateMigration:3"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:Database-abcdef"
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/Migrations"
REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/notesstate-images"
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:migrations"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
SUBJECT = "repo:acme/service:environment:production"

Entry = dict[str, Any]


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": POLICY, "Statement": [{"Effect": "Allow", **one} for one in statements]}


def trusting(**principal: str) -> dict[str, Any]:
    return document({"Action": "sts:AssumeRole", "Principal": principal})


def resource(kind: str, logical_id: str, identifier: str, **properties: Any) -> Entry:
    stack = "CDKToolkit" if logical_id == "DeploymentActionRole" else "State"
    return {
        "resource": kind,
        "logical_id": logical_id,
        "stack": stack,
        "id": identifier,
        "region": REGION,
        "properties": properties,
    }


def called(service: str, action: str, *, caller: str = ROLE, **parameters: Any) -> Entry:
    return {
        "caller": caller,
        "service": service,
        "operation": action,
        "parameters": parameters,
        "region": REGION,
    }


PIPELINE = document(
    {"Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    {
        "Action": [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        "Resource": REPOSITORY,
    },
    {"Action": "sts:AssumeRole", "Resource": DEPLOY},
    {
        "Action": "ecs:RunTask",
        "Resource": f"{TASK.rpartition(':')[0]}:*",
        "Condition": {"ArnEquals": {"ecs:cluster": CLUSTER}},
    },
    {
        "Action": "iam:PassRole",
        "Resource": f"arn:aws:iam::{ACCOUNT}:role/NotesState-Execution-1",
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    },
)
EXECUTION = document(
    {"Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    {
        "Action": [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ],
        "Resource": REPOSITORY,
    },
    {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{LOGS}:*"},
    {"Action": "secretsmanager:GetSecretValue", "Resource": SECRET},
)
TRUST = document(
    {
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": PROVIDER},
        "Condition": {
            "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": SUBJECT}
        },
    }
)
ALARMS = document(
    {
        "Sid": "Alarms",
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    },
    {
        "Sid": "Encrypted",
        "Effect": "Deny",
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Principal": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    },
)


def release() -> list[Entry]:
    """A release: the CDK assumes its role, the migration runs, and an alarm exists."""
    container = {
        "Name": "migrate",
        "Image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/notesstate-images@sha256:0",
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {"awslogs-group": "migrations", "awslogs-stream-prefix": "migrate"},
        },
        "Secrets": [{"Name": "PASSWORD", "ValueFrom": f"{SECRET}:password::"}],
    }
    execution = f"arn:aws:iam::{ACCOUNT}:role/NotesState-Execution-1"
    return [
        resource("AWS::SNS::Topic", "Alarms", TOPIC),
        resource("AWS::SNS::TopicPolicy", "P", "p", Topics=[TOPIC], PolicyDocument=ALARMS),
        resource("AWS::CloudWatch::Alarm", "Alarm", "alarm", AlarmActions=[TOPIC]),
        resource("AWS::ECR::Repository", "Images", "notesstate-images"),
        resource(
            "AWS::IAM::Role",
            "DeploymentActionRole",
            "cdk-deploy",
            AssumeRolePolicyDocument=trusting(AWS=ACCOUNT),
        ),
        resource(
            "AWS::IAM::Role",
            "PipelineRole01234567",
            "NotesState-Pipeline-1",
            AssumeRolePolicyDocument=TRUST,
            Policies=[{"PolicyName": "release", "PolicyDocument": PIPELINE}],
        ),
        resource(
            "AWS::IAM::Role",
            "ExecutionRole",
            "NotesState-Execution-1",
            AssumeRolePolicyDocument=trusting(Service="ecs-tasks.amazonaws.com"),
        ),
        resource(
            "AWS::IAM::Policy",
            "ExecutionRoleDefaultPolicy",
            "policy-1",
            PolicyDocument=EXECUTION,
            Roles=["NotesState-Execution-1"],
        ),
        resource(
            "AWS::ECS::TaskDefinition",
            "Task",
            TASK,
            ContainerDefinitions=[container],
            ExecutionRoleArn=execution,
        ),
        called("ecs", "RunTask", cluster="Migrations", taskDefinition=TASK),
    ]
