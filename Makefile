# 建档立卡帮扶管理系统: `make run` starts everything, `make test` proves it. Settings: PORT COUNTY DATA OFFICE_DATE
# DATABASE_URL REDIS_URL PC_PROFILE, as `make run PORT=8001` or from the environment.

PYTHON ?= python3
PY := .venv/bin/python
MANAGE := $(PY) manage.py
LAUNCH := $(PY) -m povertycase.launch

.DEFAULT_GOAL := help
.PHONY: help run stop test check bench slow reset backup restore vendor messages docs screens lock python install dev

help:
	@echo "make run      启动整套系统（PORT=8000 COUNTY=220821 DATA=var OFFICE_DATE=2018-11-30），Ctrl-C 停止"
	@echo "make test     全部测试          make check    静态检查"
	@echo "make bench    性能测量 SIZE=small|medium|large       make slow  长时间测试"
	@echo "make stop     停止正在运行的系统      make reset    清空数据（FORCE=1 不询问）"
	@echo "make backup   备份（含密钥）         make restore  恢复 FILE=…（FORCE=1 不询问）"
	@echo "make messages 更新翻译目录    make docs  生成标准和导入说明    make screens  各页面截图    make vendor  更新前端库    make lock  重新锁定依赖"

# The only check that an old Python must be able to read.
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "需要 Python 3.11 或更新版本，现在是 $$($(PYTHON) --version 2>&1)；请安装后用 make $(MAKECMDGOALS) PYTHON=python3.11 指定。（Python 3.11 or newer is needed）" >&2; exit 1; }

install: python
	@$(PYTHON) -m povertycase.launch install run

dev: python
	@$(PYTHON) -m povertycase.launch install dev

run: install
	@exec $(LAUNCH) run

stop: install
	@$(LAUNCH) stop

reset: install
	@$(LAUNCH) reset

backup: install
	@$(LAUNCH) backup

restore: install
	@$(LAUNCH) restore "$(FILE)"

test: dev
	@.ci/chromium
	@$(PY) -m pytest -n 2 -m "not slow"

slow: dev
	@.ci/chromium
	@$(PY) -m pytest -n 0 -m slow

check: dev
	@.ci/check

bench: dev
	@$(PY) -m tests.scale $(SIZE)

vendor:
	@sh static/vendor/refresh.sh

messages: dev
	@$(MANAGE) messages

docs: dev
	@$(MANAGE) write_docs

screens: dev
	@.ci/chromium
	@$(PY) -m tests.screens

lock: dev
	@.ci/lock
