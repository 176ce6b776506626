"""Addresses of the accounts and posts pages, and of one's own account."""

from django.urls import path

from povertycase.pages import account, accounts, posts

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/sessions/<int:pk>/end/", account.end_session, name="session-end"),
    path("account/sessions/end/", account.end_other_sessions, name="sessions-end"),
    path("account/second/", account.second_factor_page, name="second-factor"),
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/export/", accounts.export, name="accounts-export"),
    path("accounts/new/", accounts.create, name="account-new"),
    path("accounts/<int:pk>/", accounts.detail, name="account-detail"),
    path("accounts/<int:pk>/disable/", accounts.act, {"act": "disable"}, name="account-disable"),
    path("accounts/<int:pk>/enable/", accounts.act, {"act": "enable"}, name="account-enable"),
    path("accounts/<int:pk>/unlock/", accounts.act, {"act": "unlock"}, name="account-unlock"),
    path("accounts/<int:pk>/reset/", accounts.act, {"act": "reset"}, name="account-reset"),
    path("posts/", posts.listing, name="posts"),
    path("posts/export/", posts.export, name="posts-export"),
    path("posts/villages/", posts.villages, name="post-villages"),
    path("posts/accounts/", posts.people, name="post-people"),
    path("posts/accounts/<int:pk>/", posts.person, name="post-person"),
    path("posts/accounts/<int:pk>/new/", posts.create, name="post-new"),
    path("posts/accounts/<int:pk>/second/", posts.remove_second_factor, name="post-second-remove"),
    path("posts/<int:pk>/end/", posts.end, name="post-end"),
]
