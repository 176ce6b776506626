"""疑点核实表 dropped on the import page: looked at, confirmed, written; again all the same; taken back before an audit."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from povertycase import audit, jobs
from povertycase.models import Account, AuditEvent, ImportBatch, Post
from supervision.actions import check_answers
from supervision.models import CheckItem
from tests.exit_county import DAY, TODAY, TOWN, county
from tests.flows.test_checks import BACKEND, item_of, office_day, send, taken, village

__all__ = ["county", "office_day", "village"]
pytestmark = pytest.mark.django_db
ANSWER = {"核实结果": "特殊情况说明", "情况说明": "户主住院", "说明有效期至": "2019-03-31"}


def drop(client, data: bytes) -> ImportBatch:
    """The sheet as it was handed out, with cells filled in, on the import page; its kind is told by its headings."""
    answer = client.post("/imports/upload/", {"file": SimpleUploadedFile("东胜村.xlsx", data)})
    assert answer.status_code == 302, answer.content.decode()
    return worked(ImportBatch.objects.latest("pk"))


def worked(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    job = jobs.run_to_end(batch.job)
    assert job.state == "done", job.error
    batch.refresh_from_db()
    return batch


@pytest.fixture
def answered(village, client):
    """The villages' answers, brought in by the township's clerk: the batch of items, the import."""
    village.clerk_of_town = Account.objects.create(username="镇经办", display_name="经办", must_change_password=False)
    Post.objects.create(account=village.clerk_of_town, role="township_clerk", division_id=TOWN, valid_from=DAY)
    client.force_login(village.clerk_of_town, backend=BACKEND)
    sent = send(village)
    batch = drop(client, taken(sent, village, **ANSWER))
    assert (batch.kind, batch.state) == ("check_answers", "checked")
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "疑点核实表" in page and "确认后写入 1 行" in page and "户主住院" in page and "特殊情况说明" in page
    assert item_of(sent).state == "sent", "nothing is written before somebody confirms"
    client.post(f"/imports/{batch.pk}/confirm/")
    return sent, worked(batch)


def test_answers_go_in_by_the_import_page_and_the_same_file_again_is_all_the_same(village, client, answered):
    sent, batch = answered
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "回执" in page and batch.numbers == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    item = item_of(sent)
    assert (item.state, item.answer, item.words, item.answered_by) == (
        "answered", "special", "户主住院", village.clerk_of_town,
    )  # fmt: skip
    again = drop(client, taken(sent, village, **ANSWER))
    assert again.numbers == {"new": 0, "changed": 0, "same": 1, "refused": 0}
    assert "没有变化" in client.get(f"/imports/{again.pk}/").content.decode()


def test_an_answer_nobody_audited_is_taken_back_and_waits_again(village, client, answered):
    sent, batch = answered
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "已由乡镇或县级审核的答复不撤销" in page
    client.post(f"/imports/{batch.pk}/undo/")
    assert worked(batch).state == "undone"
    item = item_of(sent)
    assert (item.state, item.answer, item.words, item.answered_by, item.expires_on) == ("sent", "", "", None, None)
    assert "撤销" in audit.sentence(AuditEvent.objects.get(kind="check.taken_back"))
    assert drop(client, taken(sent, village, **ANSWER)).numbers["new"] == 1


def test_an_answer_the_township_passed_stays_and_the_page_says_why(village, client, answered):
    sent, batch = answered
    item = item_of(sent)
    check_answers.passed(versions={item.pk: item.version}, on=TODAY, by=village.township)
    client.post(f"/imports/{batch.pk}/undo/")
    worked(batch)
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "1 行没有撤销" in page and "这条答复已经审核，不能撤销" in page
    assert item_of(sent).state == "passed" and item_of(sent).answer == "special"


def test_an_answer_that_was_sent_back_and_answered_again_stays(village, client, answered):
    sent, batch = answered
    item = item_of(sent)
    check_answers.send_back(versions={item.pk: item.version}, words="没有说明原因", on=TODAY, by=village.township)
    client.post(f"/imports/{batch.pk}/undo/")
    worked(batch)
    assert "导入后又有改动" in client.get(f"/imports/{batch.pk}/").content.decode()
    assert CheckItem.objects.get().returned_words == "没有说明原因"
