"""A real office: three administrators with first passwords shown once, and nothing else."""

import re

import pytest
from django.core.management import CommandError, call_command

from povertycase.models import Account, AuditEvent, Division, Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(capsys):
    call_command("create_office", "--county", "450329", "--audit-admin", "shenji:审计员")
    return capsys.readouterr().out


def test_the_three_administrators_are_three_people_with_first_passwords(office):
    assert set(Post.objects.values_list("role", flat=True)) == {"system_admin", "security_admin", "audit_admin"}
    assert Account.objects.count() == 3
    for username, password in re.findall(r"用户名 (\S+)　密码 (\S+)", office):
        account = Account.objects.get(username=username)
        assert account.check_password(password)
        assert account.must_change_password
    assert Account.objects.get(username="shenji").display_name == "审计员"
    assert AuditEvent.objects.filter(kind="account.created").count() == 3


def test_the_passwords_are_kept_nowhere(office):
    passwords = re.findall(r"密码 (\S+)$", office, re.MULTILINE)
    assert len(set(passwords)) == 3
    trail = " ".join(f"{event.about} {event.params}" for event in AuditEvent.objects.all())
    assert not any(password in trail for password in passwords)


def test_its_divisions_are_loaded(office):
    assert Division.objects.get(code="450329000000").name == "资源县"
    assert "资源县（450329000000）" in office


def test_a_second_office_is_refused(office):
    with pytest.raises(CommandError, match="已有管理员"):
        call_command("create_office", "--county", "450329")


def test_an_unknown_county_needs_its_own_division_file(tmp_path):
    with pytest.raises(CommandError, match="--divisions"):
        call_command("create_office", "--county", "110101")
    path = tmp_path / "new.csv"
    rows = ("town,110101001000,110101001,某镇,110101,", "village,110101001200,110101001200,某村委会,110101001,某镇")
    path.write_text("level,code12,code,name,parent_code,parent_name\n" + "\n".join(rows), encoding="utf-8")
    call_command("create_office", "--county", "110101", "--name", "某县", "--divisions", str(path))
    assert Division.objects.get(code="110101000000").name == "某县"


def test_a_refused_office_leaves_nothing_behind():
    with pytest.raises(CommandError, match="用户名"):
        call_command("create_office", "--county", "450329", "--audit-admin", "bad name")
    assert not Account.objects.exists()
    assert not Division.objects.exists()


def test_a_token_for_an_unknown_account_is_refused():
    with pytest.raises(CommandError, match="没有账号"):
        call_command("create_token", "nobody")
