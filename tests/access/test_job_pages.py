"""The jobs of the office as their authors and their bosses see them."""

import pytest

from povertycase import jobs, slots
from povertycase.access.permissions import Permission
from povertycase.models import JobRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    work = jobs.Step(plan=lambda job: [{}], work=lambda job, params: None, label="数行")
    made = slots.JOB_KINDS.add(jobs.JobKind("sample-job", "数数", (work,), Permission.IMPORT_RUN))
    yield made
    slots.JOB_KINDS._entries.pop("sample-job")


@pytest.fixture
def office(client, cast):
    client.force_login(cast.county_office, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def job(kind, cast):
    return jobs.enqueue(kind.code, key="1", params={}, by=cast.county_office, division="220821000000")


def test_an_open_job_is_asked_for_again_every_two_seconds(office, job):
    page = office.get(f"/jobs/{job.pk}/").content.decode()
    assert f'hx-get="/jobs/{job.pk}/progress/" hx-trigger="every 2s"' in page
    assert "数数" in page


def test_a_finished_job_renews_the_page_and_is_not_asked_for_again(office, job):
    jobs.run_to_end(job)
    answer = office.get(f"/jobs/{job.pk}/progress/")
    assert answer.headers["HX-Refresh"] == "true"
    assert "hx-get" not in answer.content.decode()


def test_a_job_can_be_cancelled_once(office, job):
    assert "任务已取消" in office.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()
    assert JobRun.objects.get(pk=job.pk).state == "cancelled"
    assert "已经结束" in office.post(f"/jobs/{job.pk}/cancel/", follow=True).content.decode()


def test_a_failed_job_is_taken_up_again(office, job):
    JobRun.objects.filter(pk=job.pk).update(state="failed", error="第 3 行没有户编号，请补上。")
    assert "第 3 行没有户编号" in office.get(f"/jobs/{job.pk}/").content.decode()
    office.post(f"/jobs/{job.pk}/retry/")
    assert JobRun.objects.get(pk=job.pk).state == "queued"


def test_jobs_of_others_are_seen_by_those_who_may_start_them_and_missing_for_the_rest(client, cast, job):
    client.force_login(cast.county_reviewer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    client.force_login(cast.village_clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/jobs/").status_code == 403


def test_the_list_has_one_count_of_queries_however_many_jobs(office, kind, cast, django_assert_max_num_queries):
    for n in range(30):
        jobs.enqueue(kind.code, key=str(n), params={}, by=cast.county_office, division="220821000000")
    with django_assert_max_num_queries(8):
        page = office.get("/jobs/").content.decode()
    assert page.count('href="/jobs/') >= 30


def test_the_workbench_needs_twenty_five_queries_at_most(office, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        page = office.get("/").content.decode()
    assert "演示数据，纯属虚构" in page
    assert "业务日期2018年11月30日" in page


def test_the_workbench_counts_failed_jobs_as_their_list_does(office, job):
    JobRun.objects.filter(pk=job.pk).update(state="failed")
    page = office.get("/").content.decode()
    assert 'href="/jobs/?state=failed"' in page
    assert "共 1 条" in office.get("/jobs/?state=failed").content.decode()
