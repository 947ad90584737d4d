"""Every line of the overview is compared, or there is a reason."""

import re
from pathlib import Path

from infra.config import read
from infra.emulator import expected
from infra.emulator.expected import Line

OVERVIEW = Path(__file__).parents[3] / "docs" / "architecture-overview.ja.md"

SCALING = "the emulator does not scale: tests/infra/design/test_service.py"
NETWORK = "the emulator lacks the type: tests/infra/checks/test_command.py"
NOT_COMPARED = {
    "Node.js + Express": "the application is in Python",
    "KiroSampleアプリケーション": "the image is an empty one here",
    "Dockerイメージを保存": "ECSタスクがイメージをプル shows it",
    "アプリケーションログ": "コンテナのログを収集 shows it",
    "エラーログ": "コンテナのログを収集 shows it",
    "スケーリングメトリクス:": "the two lines below it show it",
    "自動スケーリング対応": SCALING,
    "最小タスク数: 2": SCALING,
    "最大タスク数: 10": SCALING,
    "CPU使用率 > 70%": SCALING,
    "メモリ使用率 > 80%": SCALING,
    "10.0.11.0/24 (AZ: ap-northeast-1a)": NETWORK,
    "10.0.12.0/24 (AZ: ap-northeast-1c)": NETWORK,
    "Inbound: 3000 from ALB Security Group": NETWORK,
    "Inbound: 5432 (PostgreSQL) from ECS Security Group": NETWORK,
}
"""The lines that have no row, and why."""


def settings(database: str) -> list[Line]:
    return expected.lines(read({"DATABASE": database, "DOMAIN": "example.com"}))


def test_each_line_of_the_overview_has_a_row_or_a_reason() -> None:
    document = OVERVIEW.read_text(encoding="utf-8")
    deployed = re.sub(r"#### ローカル開発\n.*?(?=####)", "", document, flags=re.S)
    bullets = set(re.findall(r"^ *- (.+)$", deployed.partition("## コスト")[0], re.M))
    quoted = {line.text for kind in ("rds", "aurora", "none") for line in settings(kind)}
    assert {text for text in quoted if text not in document} == set()
    assert bullets - quoted == NOT_COMPARED.keys()
