"""The drawing's words, in the product's language. A `{}` stands for a value of the template."""

from infra.names import NAME

LANGUAGE = "ja"

TITLE = f"{NAME} - AWS ECS Fargate 構成図"
DESCRIPTION = (
    "ユーザーは {} を経て ALB に届き、ALB は {} の Private Subnet にある"
    " Fargate タスクへ振り分ける。データベース: {}。"
)
"""The picture in a sentence, for those who do not see it: the way in, the zones, the database."""

AND = " と "
USERS = "ユーザー"
NONE = "なし"
REGION = "リージョン {}"

ACTIONS = {"forward": "ECS タスクへ", "redirect": "HTTPS へ転送"}
"""What a listener of the load balancer does."""

CERTIFICATE = "SSL/TLS証明書"
VPC_ORIGIN = "VPC オリジンで内部 ALB へ"
PROTECTS_CLOUDFRONT, PROTECTS_ALB = "CloudFront を保護", "ALB を保護"
NO_ROUTE = "外部への経路なし"
ALB_NODE = ("ALB", "ノード")

SERVICE, TASK, CONTAINER, PORT = "Fargate サービス", "Fargate タスク", "コンテナ", "ポート {}"
TASKS = "Auto Scaling {}-{} タスク"
TARGETS = {
    "ECSServiceAverageCPUUtilization": "CPU {:g} %",
    "ECSServiceAverageMemoryUtilization": "メモリ {:g} %",
}
"""What the service scales on, and at which percentage."""

IMAGES, SCANNED = "Dockerイメージ", "プッシュ時スキャン"
SECRETS = "シークレット {} 件"
LOGS, KEPT = "コンテナのログ", "保持 {} 日"
METRICS = ("CPU使用率・メモリ使用率", "リクエスト数・レスポンスタイム")
DASHBOARD = "ダッシュボード"
ALARMS = "{} 件"

ROLES = {"rds": ("プライマリ", "スタンバイ"), "aurora": ("ライター", "リーダー")}
LIST = "・"
ENCRYPTED, NOT_ENCRYPTED = "暗号化", "暗号化なし"
BACKUPS, NO_BACKUPS = "自動バックアップ {} 日", "バックアップなし"

FLOWS = "トラフィックフロー"
NAMES = {
    "page": "通常のページ表示",
    "data": "お気に入り機能",
    "service": "イメージ・認証情報・ログ・メトリクス",
    "manages": "タスクの管理",
}
"""The traffic flows, and the lines of the legend."""

BETWEEN_INSTANCES = {"rds": "同期レプリケーション", "aurora": "共有ストレージ"}

CACHE = "キャッシュ"
PROCESSING = "ECS Tasks → アプリケーション処理"
USE = "{} → データ取得/保存"
RESPONSE = "ECS Tasks → レスポンス返却"

RULES = ("Group", "方向", "ポート", "相手")
"""The head of the security groups' table."""

ALL_PORTS = "すべて"
