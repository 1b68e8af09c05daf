/* The language of messages: fields, conditions, errors that name the word, texts that stay text. */
#include "appliance/model/message-template.h"

#include <string.h>

#include "pipelines/base/error.h"

static const TemplateValues values = {.values = {[FIELD_WHERE] = "Das {text} Erste",
                                                 [FIELD_TEXT] = "black",
                                                 [FIELD_SEVERITY] = "major",
                                                 [FIELD_NOTE] = ""}};

static void
templates_render_fields_conditions_and_braces(void)
{
    static const struct {
        const char *text;
        const char *result;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"[{severity}] {where}: {text}", "[major] Das {text} Erste: black"},
        {"{?note}with {note}{/note}{!note}without{/note}", "without"},
        {"{?text}a{?note}b{/note}c{/text}d", "acd"},
        {"{!text}a{?severity}b{/severity}c{/text}d", "d"},
        {"{{text}", "{text}"},
        {"{owner}{actor}", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *result = template_render(cases[i].text, &values, 1000);

        g_assert_true(template_check(cases[i].text, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(result, ==, cases[i].result);
    }
}

static void
mistakes_name_the_word_and_the_nearest_known_one(void)
{
    static const struct {
        const char *text;
        const char *part;
    } cases[] = {
        {"{chanel_name}", "unknown field {chanel_name}; did you mean {channel_name}?"},
        {"{}", "unknown field {}"},
        {"{text", "unknown field {text}"},
        {"{?text}a", "does not end its condition {text}"},
        {"a{/text}", "ends a condition {text} that did not begin"},
        {"{?text}{?note}{/text}{/note}", "ends a condition {text} that did not begin"},
        {"{?text}{?text}{?text}{?text}{?text}", "lies too deep"},
        {"a\xff", "UTF-8"},
    };
    g_autofree char *long_one = g_strnfill(TEMPLATE_MAX_BYTES + 1, 'a');

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(template_check(cases[i].text, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
        if (strstr(error->message, cases[i].part) == NULL)
            g_error("%s: %s", cases[i].text, error->message);
    }
    g_assert_false(template_check(long_one, NULL));
}

static void
what_is_no_template_renders_without_harm(void)
{
    GRand *random = g_rand_new_with_seed(7);

    for (unsigned n = 0; n < 20000; n++) {
        static const char letters[] = "{}?!/textno a";
        char text[24] = "";

        for (size_t i = 0; i + 1 < sizeof text; i++)
            text[i] = letters[g_rand_int_range(random, 0, sizeof letters - 1)];
        g_autofree char *result = template_render(text, &values, 50);

        g_assert_cmpint(g_utf8_strlen(result, -1), <=, 50);
    }
    g_rand_free(random);
}

static void
long_texts_end_with_an_ellipsis_at_a_character(void)
{
    g_autofree char *cut = template_cut("Überübergröße", 5);
    g_autofree char *whole = template_cut("Über", 4);

    g_assert_cmpstr(cut, ==, "Über…");
    g_assert_cmpstr(whole, ==, "Über");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/message-template/templates-render-fields-conditions-and-braces",
                    templates_render_fields_conditions_and_braces);
    g_test_add_func("/message-template/mistakes-name-the-word-and-the-nearest-known-one",
                    mistakes_name_the_word_and_the_nearest_known_one);
    g_test_add_func("/message-template/what-is-no-template-renders-without-harm",
                    what_is_no_template_renders_without_harm);
    g_test_add_func("/message-template/long-texts-end-with-an-ellipsis-at-a-character",
                    long_texts_end_with_an_ellipsis_at_a_character);
    return g_test_run();
}
