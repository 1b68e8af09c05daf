/* Signatures of webhooks against the published example and against wrong secrets. */
#include <string.h>

#include "appliance/alerts/webhook-sign.h"
#include "pipelines/base/error.h"

/* The example of the Standard Webhooks specification and its libraries. */
static void
the_published_example_is_signed_as_published(void)
{
    g_autoptr(GBytes) key = webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", NULL);

    g_assert_nonnull(key);
    g_autofree char *signature =
        webhook_sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}");

    g_assert_cmpstr(signature, ==, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
a_secret_that_is_not_one_is_refused(void)
{
    static const char *const wrong[] = {
        "",
        "whsec_",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8G",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa*w",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_====MfKQ9r8GKYqrTwjUPD8ILPZIo2La",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(webhook_key(wrong[i], &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
        g_assert_null(strstr(error->message, "MfKQ")); /* a secret never stands in a message */
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/webhook-sign/the-published-example-is-signed-as-published",
                    the_published_example_is_signed_as_published);
    g_test_add_func("/webhook-sign/a-secret-that-is-not-one-is-refused",
                    a_secret_that_is_not_one_is_refused);
    return g_test_run();
}
