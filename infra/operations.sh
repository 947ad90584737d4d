# Functions for docs/operations.md, to be sourced by bash, also macOS's 3.2. They need AWS's command line and jq.

export ENVIRONMENT=${ENVIRONMENT:-} # empty is production
export AWS_REGION=${REGION:-ap-northeast-1} AWS_PAGER= && umask 077

stack() { # state, service or copies, or outside or cdn, which are in us-east-1: the stack's name
  local part where=
  case $AWS_REGION/$1 in
    ap-northeast-1/*) ;;
    */outside | */cdn | */limits) for part in ${AWS_REGION//-/ }; do where+=$(title "$part"); done ;;
  esac
  echo "KiroSample$(title "$ENVIRONMENT")$where$(title "$1")"
}
title() { # WORD: with a capital letter
  echo "$(echo "${1:0:1}" | tr '[:lower:]' '[:upper:]')${1:1}"
}
lower() { # the state's stack in small letters, as names that AWS makes of it begin
  stack state | tr '[:upper:]' '[:lower:]'
}
region() { # a stack: its region
  case $1 in
    outside | cdn) echo us-east-1 ;;
    *) echo "$AWS_REGION" ;;
  esac
}
output() { # a stack, NAME: its output
  aws cloudformation describe-stacks --region "$(region "$1")" --stack-name "$(stack "$1")" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" | grep -vx None
}
resource() { # a stack, TYPE, PREFIX: a resource's physical name
  aws cloudformation describe-stack-resources --region "$(region "$1")" --stack-name "$(stack "$1")" \
    --output text --query \
    "StackResources[?ResourceType=='$2' && starts_with(LogicalResourceId, '$3')].PhysicalResourceId | [0]" |
    grep -vx None
}
either() { # TYPE PREFIX STACK PREFIX: sets `name` of the service's resource or else that stack's, and `where`
  where=$AWS_REGION && name=$(resource service "$1" "$2" 2>/dev/null) ||
    { where=$(region "$3") && name=$(resource "$3" "$1" "$4"); }
}
save_templates() { # those of the deployed stacks, into build/deployed
  rm -rf build/deployed && mkdir -p build/deployed && settings &&
    (for each in limits copies state cdn service outside; do
      where=$(region "$each") && name=$(stack "$each") && file=build/deployed/$name.template.json
      test "$each" != copies || where=${BACKUP_COPY_REGION:-none}
      test "$where" = none || aws cloudformation get-template --region "$where" --stack-name "$name" \
        --query TemplateBody --output json >"$file" 2>build/deployed/error || {
        grep -q "does not exist" build/deployed/error || { cat build/deployed/error >&2 && exit 1; }
        rm "$file"
      }
    done) && rm -f build/deployed/error
}
settings() { # sets the deployed settings in this shell; `settings copies` those of the lost region
  local line names="DATABASE DOMAIN HOSTED_ZONE_ID CERTIFICATE_ARN REGION ZONES SIZE TASKS MAX_TASKS TASK_CPU
    TASK_MEMORY ARCHITECTURE NAT_GATEWAYS DATABASE_STORAGE RDS_STANDBY AURORA_MAX_CAPACITY
    AURORA_READER BACKUP_DAYS DATABASE_PROTECTION BACKUP_COPY_REGION CDN WAF LOG_DAYS ACCESS_LOGS
    DASHBOARD ALARM_EMAIL ALARM_URL LANGUAGE BUDGET_USD GITHUB_REPOSITORY GITHUB_OWNER_ID
    GITHUB_REPOSITORY_ID GITHUB_PROVIDER STAGING_FIRST CONTACT CONTACT_NAME OUTSIDE_CHECK"
  deployed=$(output "${1:-state}" Settings) &&
    lines=$(jq -r --arg names "$names" '[$names | splits("\\s+")] as $known | to_entries[] |
      select(.key as $key | $known | index($key)) | select(.value | test("[[:cntrl:]]") | not) |
      "\(.key)=\(.value)"' <<<"$deployed") &&
    while IFS= read -r line; do test -z "$line" || export "$line"; done <<<"$lines"
}
services() { # the names of the service and of the workers'
  names=$(aws cloudformation describe-stacks --stack-name "$(stack service)" --output text --query \
    "join(',', Stacks[0].Outputs[?OutputKey=='ServiceName' || OutputKey=='WorkerServices'].OutputValue)") &&
    echo "${names//,/ }"
}
newest_release() { # the ARN of the service's newest deployment, or None
  aws ecs list-service-deployments --cluster "$cluster" --service "$service" --max-results 100 \
    --output text --query 'reverse(sort_by(serviceDeployments, &createdAt))[0].serviceDeploymentArn'
}
replace_tasks() { # redeploys the same image, the workers' too; new tasks read the secrets again
  cluster=$(output service ClusterName) && names=$(services) &&
    for service in $names; do replace_service || return; done
}
replace_service() { # those of `service` in `cluster`
  before=$(newest_release) &&
    aws ecs update-service --cluster "$cluster" --service "$service" --force-new-deployment >/dev/null &&
    for _ in {1..60}; do # until ECS lists it
      release=$(newest_release) || return
      test "$release" = "$before" || break && sleep 5
    done && test "$release" != "$before" &&
    while rollout=$(aws ecs describe-service-deployments --service-deployment-arns "$release" \
      --output text --query 'serviceDeployments[0].status') &&
      [[ $rollout = PENDING || $rollout = IN_PROGRESS ]]; do sleep 5; done &&
    test "$rollout" = SUCCESSFUL ||
    { echo "$service is not replaced: old tasks may still run" >&2 && false; }
}
roll_back() { # deploys the image that ran before, by the releases that ECS remembers; twice leads forward again
  settings && cluster=$(output service ClusterName) && names=$(services) && uri=$(output state RepositoryUri) &&
    releases=$(aws ecs list-service-deployments --cluster "$cluster" --service "${names%% *}" --status SUCCESSFUL \
      --max-results 100 --output text \
      --query 'reverse(sort_by(serviceDeployments, &createdAt))[:20].targetServiceRevisionArn') &&
    revisions=$(aws ecs describe-service-revisions --service-revision-arns $releases --output json) || return
  digest=$(jq -er --arg uri "$uri" '[.serviceRevisions | sort_by(.createdAt) | reverse[].containerImages[] |
    select(.image | startswith($uri)).imageDigest] | first(.[] as $one | select($one != .[0]) | $one)' \
    <<<"$revisions") || { echo "roll_back: ECS knows of no image before; choose one in ECR" >&2 && return 1; }
  make deploy IMAGE_DIGEST="$digest"
}
stop_release() { # takes the release back that has not ended
  cluster=$(output service ClusterName) && service=$(output service ServiceName) &&
    release=$(aws ecs list-service-deployments --cluster "$cluster" --service "$service" --output text \
      --status IN_PROGRESS --query 'serviceDeployments[0].serviceDeploymentArn' | grep -vx None) &&
    aws ecs stop-service-deployment --service-deployment-arn "$release" --stop-type ROLLBACK
}
end_blockers() { # ends the connections to the database that others wait for, and that wait for none
  run_once sql "SELECT pid, usename, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE cardinality(pg_blocking_pids(pid)) = 0
    AND pid IN (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity)"
}
admit_cloudfront() { # lets CloudFront connect to the internal load balancer again
  group=$(resource service AWS::EC2::SecurityGroup EdgeCdnOrigin) &&
    from=$(aws ec2 describe-managed-prefix-lists --output text --query 'PrefixLists[0].PrefixListId' \
      --filters Name=prefix-list-name,Values=com.amazonaws.global.cloudfront.origin-facing) &&
    aws ec2 authorize-security-group-ingress --group-id "$group" \
      --ip-permissions "IpProtocol=tcp,FromPort=80,ToPort=80,PrefixListIds=[{PrefixListId=$from}]" >/dev/null
}
certificate_says() { # what the domain's certificate waits for
  either AWS::CloudWatch::Alarm ObservabilityCertificate outside OutsideCdnCertificate &&
    certificate=$(aws cloudwatch describe-alarms --region "$where" --alarm-names "$name" --output text \
      --query 'MetricAlarms[0].Dimensions[0].Value') &&
    aws acm describe-certificate --region "$where" --certificate-arn "$certificate" --query \
      'Certificate.[Type, Status, NotAfter, RenewalSummary, DomainValidationOptions[].ResourceRecord]'
}
in_secret() { # SECRET FILTER…: runs jq on DatabaseSecret, the tasks', or DatabaseMasterSecret
  secret=$(output state "$1") && shift &&
    aws secretsmanager get-secret-value --secret-id "$secret" --output text --query SecretString |
    jq -cer "$@"
}
change_secret() { # SECRET FILTER…: replaces the secret by jq's result
  text=$(in_secret "$@") && secret=$(output state "$1") &&
    aws secretsmanager put-secret-value --secret-id "$secret" --secret-string "$text" >/dev/null
}
set_password() { # HOST PASSWORD: sets the master user's password, Aurora or RDS
  case $1 in
    *.cluster-*) aws rds modify-db-cluster --db-cluster-identifier "${1%%.*}" \
      --master-user-password "$2" --apply-immediately >/dev/null ;;
    *) aws rds modify-db-instance --db-instance-identifier "${1%%.*}" \
      --master-user-password "$2" --apply-immediately >/dev/null ;;
  esac && sleep 60 # until it takes effect
}
run_once() { # ARGUMENTS…: runs `kirosample` with them in a task; its log and its exit code
  given=$(aws cloudformation describe-stacks --stack-name "$(stack state)" --output json --query \
    "Stacks[0].Outputs[?starts_with(OutputKey, 'Migration')].[OutputKey, OutputValue]") || return
  given=$(jq -ce 'map({(.[0]): .[1]}) | add // empty' <<<"$given") ||
    { echo "run_once: without a database there is no task to run it in" >&2 && return 1; }
  cluster=$(jq -r .MigrationCluster <<<"$given") && log=$(jq -r .MigrationLogs <<<"$given") &&
    network=$(jq -c '{awsvpcConfiguration: {subnets: (.MigrationSubnets / ","),
      securityGroups: [.MigrationSecurityGroup], assignPublicIp: (.MigrationPublicIp // "DISABLED")}}' <<<"$given") &&
    overrides=$(jq -cn '{containerOverrides: [{name: "migrate", command: $ARGS.positional}]}' --args -- "$@") &&
    started=$(aws ecs run-task --launch-type FARGATE --cluster "$cluster" \
      --task-definition "$(jq -r .MigrationTask <<<"$given")" --network-configuration "$network" \
      --overrides "$overrides" --output json) || return
  task=$(jq -er '.tasks[0].taskArn' <<<"$started") ||
    { jq -r '.failures[].reason' <<<"$started" >&2 && return 1; }
  echo "task ${task##*/}: waiting until it ends, at most ten minutes" &&
    aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task" &&
    ended=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --output json) || return
  code=$(jq -er '.tasks[0].containers[0].exitCode' <<<"$ended") ||
    { jq -r '.tasks[0] | .stoppedReason, .containers[0].reason // empty' <<<"$ended" >&2 && return 1; }
  aws logs get-log-events --log-group-name "$log" --log-stream-name "migrate/migrate/${task##*/}" \
    --start-from-head --output text --query 'events[].[message]'
  return "$code"
}
signed() { # put_object or get_object, BUCKET, KEY: a URL that may do that for an hour
  "${PYTHON:-.venv/bin/python}" -c 'import boto3, sys
from botocore.config import Config
_, region, call, bucket, key = sys.argv
signing = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
s3 = boto3.client("s3", region_name=region, config=signing)
print(s3.generate_presigned_url(call, {"Bucket": bucket, "Key": key}))' "$AWS_REGION" "$@"
}
beside_rds() { # COMMAND…: restores an RDS database with it, into the network of the stack's
  subnets=$(resource state AWS::RDS::DBSubnetGroup Rds) &&
    parameters=$(resource state AWS::RDS::DBParameterGroup Rds) &&
    group=$(resource state AWS::EC2::SecurityGroup SecurityGroupsDatabase) &&
    "$@" --db-subnet-group-name "$subnets" --vpc-security-group-ids "$group" \
      --db-parameter-group-name "$parameters" \
      --engine-lifecycle-support open-source-rds-extended-support-disabled \
      --enable-cloudwatch-logs-exports postgresql upgrade --copy-tags-to-snapshot \
      --no-publicly-accessible --deletion-protection >/dev/null
}
beside_aurora() { # COMMAND…: the same for Aurora, with the deployed maximum; `make restore` sets the minimum
  settings && subnets=$(resource state AWS::RDS::DBSubnetGroup Aurora) &&
    parameters=$(resource state AWS::RDS::DBClusterParameterGroup Aurora) &&
    group=$(resource state AWS::EC2::SecurityGroup SecurityGroupsDatabase) &&
    "$@" --db-subnet-group-name "$subnets" --vpc-security-group-ids "$group" \
      --db-cluster-parameter-group-name "$parameters" --serverless-v2-scaling-configuration \
      "MinCapacity=0.5,MaxCapacity=${AURORA_MAX_CAPACITY:-2}" \
      --engine-lifecycle-support open-source-rds-extended-support-disabled \
      --enable-cloudwatch-logs-exports postgresql --copy-tags-to-snapshot \
      --deletion-protection >/dev/null
}
copy_image() { # gives the newest image of the lost region to the stack's registry; `digest` is its digest
  name=$(lower) && new=$(output state RepositoryUri) &&
    old=$(aws ecr describe-repositories --output text --query \
      "repositories[?starts_with(repositoryName, '$name-') && repositoryUri!='$new'].repositoryUri | [0]") &&
    digest=$(aws ecr describe-images --repository-name "${old#*/}" --output text \
      --query 'reverse(sort_by(imageDetails[?imageTags], &imagePushedAt))[0].imageDigest') &&
    aws ecr get-login-password | docker login --username AWS --password-stdin "${new%%/*}" &&
    docker buildx imagetools create --prefer-index=false --tag "$new:recovered" "$old@$digest"
}
copy_secrets() { # sets the stack's secrets to what the replicas of the lost region's have
  secrets=$(aws secretsmanager list-secrets --output text --query "SecretList[?PrimaryRegion &&
    PrimaryRegion!='$AWS_REGION' && Tags[?Value=='KiroSample'] && Tags[?Value=='${ENVIRONMENT:-production}']].Name") &&
    (for secret in $secrets; do
      text=$(aws secretsmanager get-secret-value --secret-id "$secret" --output text --query SecretString) &&
        id=${secret%-*} && own=$(resource state AWS::SecretsManager::Secret "${id##*-}") &&
        aws secretsmanager put-secret-value --secret-id "$own" --secret-string "$text" >/dev/null || exit
    done)
}
copied_backups() { # [FIELD]: that of the newest of RDS's backups from another region, by default its ARN
  name=$(lower) && aws rds describe-db-instance-automated-backups --output text --query \
    "reverse(sort_by(DBInstanceAutomatedBackups[?!contains(DBInstanceArn, ':$AWS_REGION:') && starts_with(
      DBInstanceIdentifier, '$name-')], &RestoreWindow.LatestTime))[0].${1:-DBInstanceAutomatedBackupsArn}" | grep -vx None
}
delete_records() { # ZONE DOMAIN: deletes where the domain leads
  records=$(aws route53 list-resource-record-sets --hosted-zone-id "$1" --output json \
    --query "ResourceRecordSets[?Name=='$2.' && (Type=='A' || Type=='AAAA')]" |
    jq -ce '{Changes: map({Action: "DELETE", ResourceRecordSet: .})}') &&
    aws route53 change-resource-record-sets --hosted-zone-id "$1" --change-batch "$records" >/dev/null
}
ask() { # QUERY: runs a Logs Insights query on the tasks' log of the last hour
  id=$(aws logs start-query --query-string "$1" --output text --query queryId \
    --log-group-name "$(resource service AWS::Logs::LogGroup ServiceLogs)" \
    --start-time "$(($(date +%s) - 3600))" --end-time "$(date +%s)") && sleep 10 &&
    aws logs get-query-results --query-id "$id" --output text \
      --query "results[*].[join(' | ', [*].value)]"
}
errors() { ask 'filter status >= 500 | stats count(*) as responses by route, status | sort responses desc'; }
slowest() { ask 'stats pct(duration_ms, 99) as p99, count(*) as responses by route | sort p99 desc | limit 20'; }
clients() { ask 'stats count(*) as responses by client | sort responses desc | limit 20'; }
messages() { ask 'filter level = "ERROR" or level = "WARNING" | fields time, message, traceback | limit 20'; }
rds_says() { # the state of every database, and RDS's events of the last day
  aws rds describe-db-instances --output table \
    --query 'DBInstances[].[DBInstanceIdentifier, DBInstanceStatus, AvailabilityZone]' &&
    aws rds describe-events --duration 1440 --output table \
      --query 'Events[].[Date, SourceIdentifier, Message]'
}
ecs_says() { # ECS's last events, and why its last tasks stopped, which it forgets after an hour
  cluster=$(output service ClusterName) && names=$(services) && for service in $names; do
    aws ecs describe-services --cluster "$cluster" --services "$service" --output text \
      --query 'services[0].events[:10].[createdAt, message]' || return
  done &&
    tasks=$(aws ecs list-tasks --cluster "$cluster" --desired-status STOPPED --output text \
      --query 'taskArns[:10]') && { test -z "$tasks" ||
    aws ecs describe-tasks --cluster "$cluster" --tasks $tasks --output json --query \
      'tasks[].[stoppedAt, stopCode, stoppedReason, containers[].[name, exitCode, reason]]'; }
}
