# All commands. `make` alone lists them, in Japanese by the line above each, with LANGUAGE=ja or a Japanese locale.
PYTHON ?= python3
PORT ?= 3000
# pytest's arguments for `make test`, from the command line only, not the environment.
ARGS :=
# The AWS design: rds, aurora or none; your domain (default: HTTP only); minimum of tasks (2).
DATABASE ?=
DOMAIN ?=
TASKS ?=
# What `make plan` compares with: the deployed settings, or a folder of the deployed templates.
FROM ?=
UPGRADE ?= --upgrade
# `beside` and `remaining` add the tests of `make test-rest`: one suite, which .ci/run starts sooner, and the others.
PART ?= quick
export DATABASE DOMAIN TASKS FROM

VERIFY := check audit test-all synth cost diagram image-check restore-drill deploy-emulated rehearsals drill

VENV := .venv
BIN := $(VENV)/bin
# Ends what a command started, on Ctrl-C and SIGTERM too.
RUN := $(BIN)/python -m ishizue.commands.supervise
SUPPORTED := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.13 …")'
# pip, since uv does not read pip's settings (index, proxy, certificates). Modules are compiled on first import:
# aws-cdk-lib has 183 MB of source, of which little is imported.
PIP := python -m pip --disable-pip-version-check install --quiet --no-compile --no-deps
LOCKED := $(PIP) --require-hashes
PROJECTS := packages/ishizue/pyproject.toml pyproject.toml
OPS := packages/ishizue-ops/pyproject.toml
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# `ishizue_ops.emulator.extension` runs in the emulator's environment.
PDOC := $(BIN)/pdoc --no-search --no-show-source --output-directory build/reference
# Which versions `make test-resolved` takes: the lowest that the packages name, or highest.
RESOLUTION ?= lowest-direct

# A service of its own, with its own settings of ruff, mypy and pytest.
EXAMPLE := examples/bookshelf

# This variable would make every process compile them.
unexport PYTHONDONTWRITEBYTECODE

# The locale's language, as the commands choose it, and $(call SAY,ENGLISH,JAPANESE).
LOCALE := case "$$LANGUAGE" in ja|en) locale=$$LANGUAGE ;; *) locale=$${LC_ALL:-$${LC_MESSAGES:-$$LANG}} ;; esac
SAY = $(LOCALE); case "$$locale" in ja|ja[_.@]*) echo "$2" ;; *) echo "$1" ;; esac

.DEFAULT_GOAL := help
.PHONY: help run preview numbers backup restore-backup test test-all test-rest test-resolved check reference audit \
	drill restore restore-drill image-check synth plan cost diagram runbook deploy-emulated rehearsals deploy trial \
	health destroy prices verify format lock clean

# ja: コマンドの一覧を表示します
help: ## List the commands
	@$(LOCALE); \
	awk -F ':.*## ' -v locale="$$locale" '/^# ja: / && locale ~ /^ja([_.@]|$$)/ {japanese = substr($$0, 7)} \
		/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, japanese ? japanese : $$2; japanese = ""}' $(MAKEFILE_LIST)

# ja: http://localhost:3000 で動かします（PORT=…、DATABASE_URL=…）
run: $(VENV)/run.installed ## Serve at http://localhost:3000 (PORT=…, DATABASE_URL=…)
	@PORT=$(PORT) exec $(BIN)/kirosample run

# ja: その日のサイトを、別のポート（3001）とデータベースで動かします（DATE=2027-01-01、PORT=…）
preview: $(VENV)/run.installed ## Serve a day to come, at http://localhost:3001 with its own database (DATE=2027-01-01, PORT=…)
	@exec $(BIN)/kirosample preview $(DATE)

# ja: 読まれたページと「いいね」の数を、build/numbers.html に書きます（DATABASE_URL=…）
numbers: $(VENV)/run.installed ## Write how much was read and liked into build/numbers.html (DATABASE_URL=…)
	@mkdir -p build && exec $(BIN)/kirosample numbers --html $(CURDIR)/build/numbers.html

# ja: お気に入り、いいね、閲覧数、Cookie の鍵を、動いたまま一つのファイルに保存します（FILE=…、DATABASE_URL=…）
backup: $(VENV)/run.installed ## Back up favorites, page counts and cookie keys into a file, while serving (FILE=…, DATABASE_URL=…)
	@exec $(BIN)/kirosample backup $(if $(FILE),"$$FILE")

# ja: そのファイルから復元します。データがあれば、フォルダーの名前を尋ねます（FILE=…、DATABASE_URL=…）
restore-backup: $(VENV)/run.installed ## Restore that file; asks for the folder's name if there is data (FILE=…, DATABASE_URL=…)
	@exec $(BIN)/kirosample restore-backup $(if $(FILE),"$$FILE")

# ja: PyPI だけで動くテストを、すべてか一部だけ実行します（ARGS="tests/web -k limit"）
test: $(VENV)/dev.installed ## Run the tests that need only PyPI, or some of them (ARGS="tests/web -k limit")
	@$(RUN) tests $(if $(ARGS),some $(ARGS),$(PART))

# ja: 時間のかかるものと .ci/install が要るものも含め、すべてのテストを実行します
test-all: $(VENV)/dev.installed $(VENV)-emulator/installed ## Run all tests, also the long ones and those that need .ci/install
	@$(RUN) tests all

# ja: `make test` が省くテストを実行します（特に長いものを除く）
test-rest: $(VENV)/dev.installed $(VENV)-emulator/installed ## Run what `make test` leaves out, except the long tests
	@$(RUN) tests rest

# ja: 書き方、import、型、リファレンスを検査します
check: $(VENV)/dev.installed ## Check style, imports, types and that the reference builds
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@found=$$($(BIN)/lint-imports --no-logo --no-cache) || { echo "$$found"; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@for each in bookshelf inbox; do (cd examples/$$each && $(CURDIR)/$(BIN)/mypy --no-error-summary) || exit 1; done
	@$(PDOC) ishizue ishizue_ops.product ishizue_ops.config ishizue_ops.load.workload

# ja: 両パッケージのリファレンスを build/reference に作ります（1 分）
reference: $(VENV)/dev.installed ## Build the reference of both packages into build/reference (a minute)
	@PDOC_ALLOW_EXEC=1 $(PDOC) ishizue ishizue_ops '!ishizue_ops.emulator.extension'

# ja: パッケージの短いテストを、ほかのバージョンで実行します（RESOLUTION=highest）
test-resolved: $(VENV)/dev.installed ## Run the packages' quick tests with other versions (RESOLUTION=highest)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-resolved
	@VIRTUAL_ENV=$(VENV)-resolved $(BIN)/uv pip install --quiet --resolution $(RESOLUTION) \
		--group packages/ishizue/pyproject.toml:suite \
		--editable "packages/ishizue[embedded,testing]" --editable "packages/ishizue-ops[audit,design,testing]"
	@$(VENV)-resolved/bin/python -m tests some packages/ishizue packages/ishizue-ops \
		--numprocesses=auto --dist=loadfile -m "not slow and not external and not long"

# ja: 固定した依存パッケージの既知の脆弱性を調べます（IMAGE=sbom.spdx.json でイメージも）
audit: $(VENV)/dev.installed ## Check locked requirements for known vulnerabilities (IMAGE=sbom.spdx.json checks an image too)
	@$(RUN) ishizue_ops audit $(IMAGE)

# ja: 負荷をかけながら壊し、すべての書き込みを照合します（DRILLS="1 3"）
drill: $(VENV)/dev.installed ## Break things under load and audit every write (DRILLS="1 3")
	@$(RUN) ishizue_ops drill $(DRILLS)

# ja: データベースを失い、ダンプから復元して、行ごとに比べます
restore-drill: $(VENV)/dev.installed ## Lose a database, restore its dump, and compare row for row
	@$(RUN) ishizue_ops restore-drill

# ja: イメージを作り、ECS と同じように動かします
image-check: $(VENV)/dev.installed ## Build the image and run it as ECS does
	@$(RUN) tools.image

# ja: AWS の設計を build/cdk.out に合成し、検査します（DATABASE=…、DOMAIN=…、TASKS=…）
synth: $(VENV)/dev.installed ## Synthesize the AWS design into build/cdk.out and check it (DATABASE=…, DOMAIN=…, TASKS=…)
	@$(RUN) ishizue_ops synth

# ja: デプロイで何が変わり、何が失われるかを表示します（FROM="TASKS=2 …" はデプロイした設定）
plan: $(VENV)/dev.installed ## Show what a deployment changes, and what it would lose (FROM="TASKS=2 …", the deployed settings)
	@$(RUN) ishizue_ops plan

# ja: 設計の月額を項目ごとに計算します（COST=--write で docs/cost.md と docs/cost.ja.md に書きます）
cost: $(VENV)/dev.installed ## Price the design per month, line by line (COST=--write writes docs/cost.md)
	@$(RUN) ishizue_ops cost $(COST)

# ja: 構成図を docs/ に、ほかの構成は build/diagram/ に描きます（DATABASE=…）
diagram: $(VENV)/dev.installed ## Draw the design into docs/, other variants into build/diagram/ (DATABASE=…)
	@$(RUN) ishizue_ops diagram

# ja: このサービスの名前で docs/operations.md、docs/operations.ja.md、infra/operations.sh を書きます
runbook: $(VENV)/dev.installed ## Write docs/operations.md and infra/operations.sh with the names of this service
	@$(RUN) ishizue_ops runbook

# ja: 手元の AWS エミュレーターで、デプロイの予行演習をします
deploy-emulated: $(VENV)/dev.installed $(VENV)-emulator/installed ## Rehearse on a local AWS emulator
	@$(RUN) ishizue_ops rehearse

# ja: 既存のゾーンと証明書、ドメインなし、CloudFront で、それぞれ予行演習をします
rehearsals: $(VENV)/dev.installed $(VENV)-emulator/installed ## Rehearse with an existing zone and certificate, without a domain, and with CloudFront
	@DATABASE=none DOMAIN=example.com HOSTED_ZONE_ID=Z0123456789ABC WAF=on \
	  CERTIFICATE_ARN=arn:aws:acm:ap-northeast-1:000000000000:certificate/00000000-0000-0000-0000-000000000000 \
	  $(RUN) ishizue_ops rehearse
	@DATABASE=none DOMAIN=none OUTSIDE_CHECK=on $(RUN) ishizue_ops rehearse
	@DATABASE=none DOMAIN=example.com CDN=on WAF=count $(RUN) ishizue_ops rehearse

# ja: 復元したデータベースに、デプロイ済みのものの名前を引き継がせます（RESTORE=…）
restore: $(VENV)/dev.installed ## Let a restored database take over the deployed one's name (RESTORE=…)
	@$(RUN) ishizue_ops restore

# ja: あなたの認証情報で AWS にデプロイします
deploy: $(VENV)/dev.installed ## Deploy to AWS, with your credentials
	@$(RUN) ishizue_ops deploy

# Without $(RUN), which would kill it while it deletes what it made.
# ja: 専用のアカウントでデプロイとリリースを一度試し、片づけます（ENVIRONMENT=…、TRIAL_USD=…、TRIAL=inbox）
trial: $(VENV)/dev.installed ## Deploy, release and destroy once, in an account of its own (ENVIRONMENT=…, TRIAL_USD=…, TRIAL=inbox)
	@$(if $(filter inbox,$(TRIAL)),cd examples/inbox && exec make trial,exec $(BIN)/python -m ishizue_ops trial)

# ja: 環境を削除し、残ったものを示します（ENVIRONMENT=…、FINAL_SNAPSHOT=off）
destroy: $(VENV)/dev.installed ## Delete an environment, and say what is left of it (ENVIRONMENT=…, FINAL_SNAPSHOT=off)
	@exec $(BIN)/python -m ishizue_ops destroy

# ja: デプロイした環境の様子と、近づく期日を一つの表にします（ENVIRONMENT=…）
health: $(VENV)/dev.installed ## Show a deployed environment and the dates that come, in one table (ENVIRONMENT=…)
	@$(RUN) ishizue_ops health $(HEALTH)

# ja: あなたの認証情報で、価格表を AWS のものと比べます
prices: $(VENV)/dev.installed ## Compare the price book with AWS's list, with your credentials
	@$(RUN) ishizue_ops prices

# As prerequisites, which make itself ends on SIGTERM.
# ja: 長い検査をすべて順に実行します（1 時間）
verify: $(VERIFY) ## Run all long checks, one after the other (an hour)

.NOTPARALLEL:

# ja: コードを整形します
format: $(VENV)/dev.installed ## Format the code
	@$(BIN)/ruff check --quiet --fix --exit-zero . >/dev/null
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet .

# ja: 最新のバージョンを requirements/ に固定します（UPGRADE= は今の固定を保ちます）
lock: $(VENV)/dev.installed ## Lock the newest versions into requirements/ (UPGRADE= keeps current pins)
	$(LOCK) --group build --output-file requirements/build.txt
	$(LOCK) $(PROJECTS) --output-file requirements/serve.txt $(UPGRADE)
	$(LOCK) $(PROJECTS) --extra embedded --constraint requirements/serve.txt --output-file requirements/run.txt $(UPGRADE)
	$(LOCK) $(PROJECTS) $(OPS) --extra embedded --extra testing --extra design --extra audit --group dev --group packages/ishizue/pyproject.toml:suite --constraint requirements/run.txt --output-file requirements/dev.txt $(UPGRADE)
	$(LOCK) --group reload --constraint requirements/dev.txt --output-file requirements/reload.txt $(UPGRADE)
	$(LOCK) $(OPS) --constraint requirements/dev.txt --output-file requirements/release.txt $(UPGRADE)
	$(LOCK) --group emulator --output-file requirements/emulator.txt $(UPGRADE)
	$(LOCK) examples/inbox/pyproject.toml --constraint requirements/dev.txt --output-file examples/inbox/requirements/serve.txt $(UPGRADE)
	$(MAKE) --no-print-directory -C $(EXAMPLE) --assume-old=.venv/dev.installed BIN=$(CURDIR)/$(BIN) LOCKS=../../requirements lock

# ja: これらのコマンドがここに作ったものを消します（データは消しません）
clean: ## Remove what these commands created here (no data)
	@rm -rf $(VENV) $(VENV)-* build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# One environment; tests and checks add to serving's requirements.
$(VENV)/bin/python:
	@$(SUPPORTED)
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "$(PYTHON) has no venv or pip: install python3-venv (Debian, Ubuntu), or name another: make PYTHON=python3.13 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/run.installed: requirements/build.txt requirements/run.txt pyproject.toml packages/ishizue/pyproject.toml | $(VENV)/bin/python
	@$(call SAY,Installing the packages for serving: once and for some minutes…,必要なパッケージを入れています。初回だけで、数分かかります…)
	@$(BIN)/$(LOCKED) -r requirements/build.txt -r requirements/run.txt
	@$(BIN)/$(PIP) --no-build-isolation --editable packages/ishizue
	@$(BIN)/$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.installed: requirements/dev.txt packages/ishizue-ops/pyproject.toml $(VENV)/run.installed
	@$(call SAY,Installing the packages for tests and checks: once and for some minutes…,テストと検査のパッケージを入れています。初回だけで、数分かかります…)
	@$(BIN)/$(LOCKED) -r requirements/dev.txt
	@$(BIN)/$(PIP) --no-build-isolation --editable packages/ishizue-ops
	@touch $@

# A second environment: the emulator pins another version of botocore.
$(VENV)-emulator/installed: requirements/emulator.txt | $(VENV)/bin/python
	@$(call SAY,Installing the AWS emulator: once and for some minutes…,AWS のエミュレーターを入れています。初回だけで、数分かかります…)
	@$(PYTHON) -m venv $(VENV)-emulator
	@$(VENV)-emulator/bin/$(LOCKED) -r requirements/emulator.txt
	@touch $@

.PHONY: new new-arguments new-check edit-check bench capacity fuzz generate messages fonts

# What `make new` asks, from the command line only: some systems set NAME.
NAME :=
DEST :=
export NAME DEST

# ja: examples/bookshelf を写して、新しいサービスのリポジトリを作ります（NAME=water-log DEST=../water-log）
new: new-arguments $(VENV)/dev.installed ## Write a new service's repository, a copy of examples/bookshelf (NAME=water-log DEST=../water-log)
	@$(RUN) tools.new

# Before anything is installed.
new-arguments:
	@$(SUPPORTED)
	@$(PYTHON) -B -m tools.new --check

# ja: 新しいサービスのリポジトリを作り、その README のとおりに動かします
new-check: $(VENV)/dev.installed ## Write a new service's repository, and run there what its README promises
	@$(RUN) tools.new_check </dev/null

# ja: 最後のコミットの写しを docs/editing.ja.md のとおりに書きかえ、`make test` を実行します（10 分）
edit-check: $(VENV)/dev.installed ## Edit a clone as docs/editing.ja.md says, and run its tests (ten minutes)
	@exec .ci/edit-check

# ja: nginx と pgbench を基準に測り、docs/performance.md に書きます（BENCH="--quick --only floods"）
bench: $(VENV)-bench/installed ## Benchmark against nginx and pgbench into docs/performance.md (BENCH="--quick --only floods")
	@$(VENV)-bench/bin/python -m kirosample.commands.content
	@$(VENV)-bench/bin/python -m ishizue.commands.supervise benchmarks $(BENCH)

# ja: 読者 1 億人までの一日を計算し、docs/scale.md に書きます
capacity: $(VENV)/dev.installed ## Compute days of up to 100 million readers into docs/scale.md
	@$(RUN) tools.capacity

# ja: でたらめなリクエストを送り続けます（FUZZ="--seconds 60 --seed 1"）
fuzz: $(VENV)/dev.installed ## Send random streams of requests (FUZZ="--seconds 60 --seed 1")
	@$(RUN) tools.fuzz $(FUZZ)

# ja: 生成するものをすべて作り直します：クエリ文字列、訳文、カレンダー、設定、手順書、構成図、料金、数値
generate: $(VENV)/dev.installed ## Refresh all that is generated: query strings, messages, calendars, settings, runbooks, diagram, cost, figures
	@$(RUN) tools.query_strings
	@$(RUN) tools.settings_reference
	@$(RUN) ishizue_ops runbook
	@$(RUN) ishizue_ops diagram
	@$(RUN) ishizue_ops cost --write
	@$(RUN) tools.readme_figures
	@$(RUN) tools.messages
	@$(RUN) tools.calendar_revision

# ja: 英訳するメッセージを抜き出します
messages: $(VENV)/dev.installed ## Extract the messages into the English catalogue
	@$(RUN) tools.messages

# ja: シェア画像のフォントを作り直します（新しい漢字を含む名言を加えたあと）
fonts: $(VENV)/dev.installed ## Build the fonts of the share pictures, after a quote with a new kanji
	@$(RUN) tools.fonts

verify: fuzz bench new-check edit-check

# Benchmarks run on the image's Python, if the machine has it.
$(VENV)-bench/installed: requirements/build.txt requirements/run.txt pyproject.toml packages/ishizue/pyproject.toml | $(VENV)/dev.installed
	@$(BIN)/uv venv --quiet --clear --no-python-downloads --python 3.13 $(VENV)-bench 2>/dev/null || \
		$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-bench
	@VIRTUAL_ENV=$(VENV)-bench $(BIN)/uv pip install --quiet --no-deps --require-hashes -r requirements/build.txt -r requirements/run.txt
	@VIRTUAL_ENV=$(VENV)-bench $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable packages/ishizue
	@VIRTUAL_ENV=$(VENV)-bench $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@$(VENV)-bench/bin/python -m kirosample.commands.content
	@touch $@
