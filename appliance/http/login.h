/* What every way to log in shares: the limits of guessing, the session, its cookie. */
#pragma once

#include "appliance/http/request.h"

/* Counts an attempt of @user ("" for a code) from this address. Answers 429 itself when it has to
 * wait. */
bool login_may_try(HttpRequest *request, const char *user);

/* The same without an answer. Returns: seconds to wait; 0: it was counted and may go on */
unsigned login_try(const HttpRequest *request, const char *user);

/* Whether this address has tried too often; answers 429 itself then. Counts nothing. */
bool login_must_wait(HttpRequest *request);

/* It was right. The address may have guessed at others before: that stays counted. */
void login_forgive(const HttpRequest *request, const char *user);

/* Nobody could say whether it was right: it does not count. */
void login_uncount(const HttpRequest *request, const char *user);

/* A new session with a new id, whatever the browser brought along; the old one ends. Sets the
 * cookie. @start: address and agent are filled in. */
void login_begin_session(HttpRequest *request, const SessionStart *start);

/* Ends the session's cookie in the browser. */
void login_forget_cookie(HttpRequest *request);

/* The session, the answer and the audit. */
void login_finish(HttpRequest *request, const SessionStart *start);

/* 401 and the audit. @user: "" for a code */
void login_refuse(HttpRequest *request, const char *user);
