"""Figures, dates and states are written the same way on every page."""

import datetime

from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override

from povertycase.templatetags import ui


def render(text: str, path: str = "/list/", **context: object) -> str:
    request = RequestFactory().get(path)
    return Template(text).render(RequestContext(request, context)).strip()


def test_no_data_is_two_dashes_and_zero_is_a_figure() -> None:
    assert [ui.none(None), ui.none(""), ui.none(0)] == ["--", "--", 0]
    assert [ui.num(None), ui.num(0), ui.num(18884)] == ["--", "0", "18,884"]
    assert [ui.yuan(3535), ui.yuan(None), ui.percent("14.2")] == ["3,535.00", "--", "14.20%"]


def test_dates_are_written_as_the_office_writes_them() -> None:
    night = datetime.datetime(2018, 10, 31, 23, 30, tzinfo=datetime.UTC)
    assert ui.day(night) == "2018-11-01"
    assert ui.moment(night) == "2018-11-01 07:30"
    assert ui.days(datetime.date(2017, 10, 1), None) == "2017-10-01～至今"
    with override("zh-hans"):
        assert ui.day_cn(datetime.date(2018, 11, 30)) == "2018年11月30日"
    with override("en"):
        assert ui.day_cn(datetime.date(2018, 11, 30)) == "2018-11-30"


def test_numbers_of_people_are_masked() -> None:
    assert ui.masked("18643121402", "phone") == "186****1402"
    assert ui.masked("", "id") == "--"


def test_a_state_is_a_word_whose_text_is_escaped() -> None:
    assert ui.tag("<b>", "bad") == '<span class="tag bad">&lt;b&gt;</span>'
    assert ui.tag(None, "loud") == '<span class="tag mute">--</span>'


def test_a_heading_sorts_up_then_down_and_keeps_the_filters() -> None:
    heading = '{% sort_head "head" "户主" %}'
    assert 'href="?village=1&amp;sort=head"' in render(heading, "/list/?village=1&page=4")
    assert 'href="?sort=-head"' in render(heading, "/list/?sort=head")
    assert 'aria-sort="descending"' in render(heading, "/list/?sort=-head")


def test_taking_a_filter_off_goes_back_to_the_first_page() -> None:
    assert render('{% without "village" %}', "/list/?village=1&q=%E7%8E%8B&page=4") == "?q=%E7%8E%8B"


def test_the_pager_names_the_total_and_the_rows_shown() -> None:
    page = Paginator(range(18_884), 50).get_page(3)
    with override("zh-hans"):
        assert "共 18,884 条，第 101～150 条" in render("{% pages page %}", page=page)


class Declaration(forms.Form):
    head = forms.CharField(label="户主", help_text="与户口簿一致")


def test_a_mistake_is_named_at_the_top_and_beside_its_field() -> None:
    form = Declaration({"head": ""})
    with override("zh-hans"):
        assert '<a href="#id_head">户主：' in render("{% errors form %}", form=form)
        field = render("{% field form.head %}", form=form)
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_head-hint id_head-error"' in field
