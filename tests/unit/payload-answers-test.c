/* Secrets of the receivers, and what their answers mean. */
#include "appliance/alerts/payload.h"

#include <string.h>

#include "pipelines/base/error.h"

static NoticeStyle
style_of(ReceiverKind kind)
{
    return (NoticeStyle){.kind = kind,
                         .receiver = "r",
                         .title = "",
                         .text = "",
                         .ack_link = "https://gantry.example/a/token",
                         .sender = {.monitor_id = "box-1",
                                    .boot_id = "boot",
                                    .public_url = "https://gantry.example"}};
}

static void
two_secrets_sign_while_one_follows_the_other(void)
{
    const NoticeStyle style = style_of(RECEIVER_WEBHOOK);
    g_autoptr(Notice) notice = notice_plain(NOTICE_TEST, "id", INT64_C(1795170030123000), &style);
    const PayloadPlace place = {.url = "https://x",
                                .secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n\n"
                                          "whsec_plJ3nmyCDGBKInavdOK15jsl6cx0mmxe",
                                .to = "",
                                .from = "",
                                .user = "",
                                .host = ""};
    g_auto(PayloadRequest) request = {0};
    unsigned signatures = 0;

    g_assert_true(payload_render(RECEIVER_WEBHOOK, notice, &place, &request, NULL));
    for (guint i = 0; i < request.headers->len; i++) {
        const char *header = g_ptr_array_index(request.headers, i);
        g_auto(GStrv) parts = g_strsplit(header, " ", -1);

        if (g_str_has_prefix(header, "webhook-signature: v1,"))
            signatures = g_strv_length(parts) - 1;
    }
    g_assert_cmpuint(signatures, ==, 2);
}

static void
secrets_that_cannot_be_are_refused_without_being_told(void)
{
    static const struct {
        ReceiverKind kind;
        const char *secret;
    } cases[] = {
        {RECEIVER_WEBHOOK, "whsec_short"},
        {RECEIVER_PAGERDUTY, "two words"},
        {RECEIVER_PAGERDUTY, ""},
        {RECEIVER_JSM, "a\nInjected: header"},
        {RECEIVER_TELEGRAM, "123:../../sendMessage?x=aaaaaaaaaaaaaaaa"},
        {RECEIVER_ALERTMANAGER, "a\r\nHost: evil"},
        {RECEIVER_EMAIL, "password-without-user"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const NoticeStyle style = style_of(cases[i].kind);
        g_autoptr(Notice) notice = notice_plain(NOTICE_TEST, "id", US_PER_SECOND, &style);
        const PayloadPlace place = {.url = "https://x",
                                    .secret = cases[i].secret,
                                    .to = "a@b",
                                    .from = "",
                                    .user = "",
                                    .host = "h"};
        g_auto(PayloadRequest) request = {0};
        g_autoptr(GError) error = NULL;

        g_assert_false(payload_render(cases[i].kind, notice, &place, &request, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
        if (cases[i].secret[0] != '\0')
            g_assert_null(strstr(error->message, cases[i].secret));
    }
}

static void
answers_mean_what_each_maker_says(void)
{
    static const struct {
        ReceiverKind kind;
        int status;
        const char *text;
        RetryClass class;
        int retry_after_s;
    } cases[] = {
        {RECEIVER_WEBHOOK, 204, "", RETRY_DELIVERED, -1},
        {RECEIVER_WEBHOOK, 302, "", RETRY_FAILED, -1},
        {RECEIVER_SLACK, 200, "ok", RETRY_DELIVERED, -1},
        {RECEIVER_SLACK, 200, "no_service", RETRY_REFUSED, -1},
        {RECEIVER_SLACK, 400, "invalid_payload", RETRY_REFUSED, -1},
        {RECEIVER_TEAMS, 202, "", RETRY_DELIVERED, -1},
        {RECEIVER_TEAMS, 204, "", RETRY_FAILED, -1},
        {RECEIVER_PAGERDUTY, 202,
         "{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"gantry-test-r\"}",
         RETRY_DELIVERED, -1},
        {RECEIVER_PAGERDUTY, 202, "{\"status\":\"success\",\"dedup_key\":\"x\"}", RETRY_FAILED, -1},
        {RECEIVER_PAGERDUTY, 200, "{}", RETRY_FAILED, -1},
        {RECEIVER_PAGERDUTY, 400, "{}", RETRY_REFUSED, -1},
        {RECEIVER_JSM, 202, "{\"result\":\"Request will be processed\",\"requestId\":\"1\"}",
         RETRY_DELIVERED, -1},
        {RECEIVER_JSM, 202, "<html>", RETRY_FAILED, -1},
        {RECEIVER_ALERTMANAGER, 200, "", RETRY_DELIVERED, -1},
        {RECEIVER_TELEGRAM, 200, "{\"ok\":true,\"result\":{", RETRY_DELIVERED, -1},
        {RECEIVER_TELEGRAM, 200, "{\"ok\":false}", RETRY_REFUSED, -1},
        {RECEIVER_TELEGRAM, 429, "{\"ok\":false,\"parameters\":{\"retry_after\":7}}",
         RETRY_THROTTLED, 7},
        {RECEIVER_EMAIL, 250, "250 2.0.0 Ok", RETRY_DELIVERED, -1},
        {RECEIVER_EMAIL, 421, "421 later", RETRY_FAILED, -1},
        {RECEIVER_EMAIL, 550, "550 no such user", RETRY_REFUSED, -1},
        {RECEIVER_EMAIL, 0, "refused", RETRY_FAILED, -1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const NoticeStyle style = style_of(cases[i].kind);
        g_autoptr(Notice) notice = notice_plain(NOTICE_TEST, "id", US_PER_SECOND, &style);
        const PayloadAnswer answer = {.status = cases[i].status, .text = cases[i].text};
        const PayloadVerdict verdict = payload_judge(cases[i].kind, notice, &answer, 0);

        g_test_message("case %zu", i);
        g_assert_cmpint(verdict.class, ==, cases[i].class);
        g_assert_cmpint(verdict.retry_after_s, ==, cases[i].retry_after_s);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/payload-answers/two-secrets-sign-while-one-follows-the-other",
                    two_secrets_sign_while_one_follows_the_other);
    g_test_add_func("/payload-answers/secrets-that-cannot-be-are-refused-without-being-told",
                    secrets_that_cannot_be_are_refused_without_being_told);
    g_test_add_func("/payload-answers/answers-mean-what-each-maker-says",
                    answers_mean_what_each_maker_says);
    return g_test_run();
}
