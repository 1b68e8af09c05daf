/* The plan of an input: one pipeline a channel, the socket in the first. */
#include "pipelines/base/error.h"
#include "pipelines/elements/es-components.h"
#include "pipelines/graph/plan.h"

static ServiceConfig services[] = {/* lint: allow global, because the structs are not const */
                                   {.channel_id = (char *)"one", .service_id = 101},
                                   {.channel_id = (char *)"two", .service_id = 102}};

static MessageConfig
config_with(size_t n_services)
{
    return (MessageConfig){
        .input_id = (char *)"in",
        .address = (char *)"udp://239.1.1.1:5000",
        .interface = (char *)"",
        .services = services,
        .n_services = n_services,
    };
}

static const PlanElement *
element(const Plan *plan, const char *name)
{
    for (guint i = 0; i < plan->elements->len; i++) {
        const PlanElement *at = &g_array_index(plan->elements, PlanElement, i);

        if (g_str_equal(at->name, name))
            return at;
    }
    g_test_fail_printf("no element %s", name);
    return NULL;
}

static const char *
property(const PlanElement *element, const char *name)
{
    for (size_t i = 0; element->properties[i].value != NULL; i++) {
        if (g_str_equal(element->properties[i].name, name))
            return element->properties[i].value;
    }
    return NULL;
}

static void
test_one_service_is_one_pipeline_whose_sounds_come_late(void)
{
    const MessageConfig config = config_with(1);
    g_autoptr(Plan) plan = plan_new(&config, NULL);

    g_assert_cmpuint(plan->pipelines->len, ==, 1);
    g_assert_cmpuint(plan->elements->len, ==, 5 + ES_AUDIO_MAX);
    g_assert_cmpuint(plan->links->len, ==, 4 + ES_AUDIO_MAX);
    g_assert_true(element(plan, "sound-0-3")->late);
    g_assert_cmpuint(element(plan, "sound-0-3")->slot, ==, 3);
    g_assert_cmpstr(property(element(plan, "source"), "address"), ==, "udp://239.1.1.1:5000");
}

static void
test_a_multiplex_has_one_source_and_a_pipeline_a_service(void)
{
    const MessageConfig config = config_with(2);
    g_autoptr(Plan) plan = plan_new(&config, NULL);

    g_assert_cmpuint(plan->pipelines->len, ==, 2);
    g_assert_cmpuint(element(plan, "source")->pipeline, ==, 0);
    g_assert_cmpuint(element(plan, "picture-1")->pipeline, ==, 1);
    g_assert_cmpstr(property(element(plan, "meter"), "services"), ==, "101,102");
}

static void
test_units_are_linked_when_their_pad_appears(void)
{
    const MessageConfig config = config_with(2);
    g_autoptr(Plan) plan = plan_new(&config, NULL);
    unsigned late = 0;

    for (guint i = 0; i < plan->links->len; i++)
        late += g_array_index(plan->links, PlanLink, i).pad != NULL;
    g_assert_cmpuint(late, ==, 2 * (1 + ES_AUDIO_MAX));
}

static void
test_a_second_leg_is_told_to_the_meter(void)
{
    MessageConfig two = config_with(1);

    two.address = (char *)"rtp://239.1.1.1:5000?leg2=239.1.2.1:5000";
    g_autoptr(Plan) plan = plan_new(&two, NULL);

    g_assert_cmpstr(property(element(plan, "meter"), "legs"), ==, "2");
}

static void
test_without_an_address_the_meter_is_fed_by_somebody_else(void)
{
    MessageConfig fed = config_with(1);

    fed.address = NULL;
    g_autoptr(Plan) plan = plan_new(&fed, NULL);

    for (guint i = 0; i < plan->elements->len; i++)
        g_assert_cmpstr(g_array_index(plan->elements, PlanElement, i).factory, !=, "gantryudpsrc");
    for (guint i = 0; i < plan->links->len; i++) {
        const PlanLink *link = &g_array_index(plan->links, PlanLink, i);

        g_assert_cmpstr(g_array_index(plan->elements, PlanElement, link->to).factory, !=,
                        "gantrytsmeter");
    }
}

static void
test_segments_are_kept_where_they_are_wanted(void)
{
    MessageConfig config = config_with(2);

    config.segment_seconds = 600;
    g_autoptr(Plan) plan = plan_new(&config, NULL);
    const PlanLink *link = NULL;

    for (guint i = 0; i < plan->links->len && link == NULL; i++)
        if (g_strcmp0(g_array_index(plan->links, PlanLink, i).pad, "raw") == 0)
            link = &g_array_index(plan->links, PlanLink, i);
    g_assert_nonnull(link);
    g_assert_cmpstr(g_array_index(plan->elements, PlanElement, link->from).name, ==, "meter");
    g_assert_cmpstr(g_array_index(plan->elements, PlanElement, link->to).name, ==, "segments");
}

static void
test_no_service_is_refused(void)
{
    const MessageConfig config = config_with(0);
    g_autoptr(GError) error = NULL;

    g_assert_null(plan_new(&config, &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plan/one-service-is-one-pipeline-of-six-elements",
                    test_one_service_is_one_pipeline_whose_sounds_come_late);
    g_test_add_func("/plan/a-multiplex-has-one-source-and-a-pipeline-a-service",
                    test_a_multiplex_has_one_source_and_a_pipeline_a_service);
    g_test_add_func("/plan/units-are-linked-when-their-pad-appears",
                    test_units_are_linked_when_their_pad_appears);
    g_test_add_func("/plan/a-second-leg-is-told-to-the-meter",
                    test_a_second_leg_is_told_to_the_meter);
    g_test_add_func("/plan/without-an-address-the-meter-is-fed-by-somebody-else",
                    test_without_an_address_the_meter_is_fed_by_somebody_else);
    g_test_add_func("/plan/segments-are-kept-where-they-are-wanted",
                    test_segments_are_kept_where_they_are_wanted);
    g_test_add_func("/plan/no-service-is-refused", test_no_service_is_refused);
    return g_test_run();
}
