/* Making and linking the elements of a plan. */
#include "pipelines/graph/build.h"

#include "pipelines/base/error.h"

static GstElement *
element_at(const Graph *graph, unsigned index)
{
    return g_ptr_array_index(graph->elements, index);
}

static GstElement *
element_named(const Graph *graph, const char *name)
{
    for (guint i = 0; i < graph->plan->elements->len; i++) {
        if (g_str_equal(g_array_index(graph->plan->elements, PlanElement, i).name, name))
            return element_at(graph, i);
    }
    return NULL;
}

/* Links pads that may stand in different pipelines: all of them run in one thread and have no
 * clock, so that nothing but the pads needs to agree. */
static bool
link_pads(GstPad *src, GstElement *to)
{
    g_autoptr(GstPad) sink = gst_element_get_static_pad(to, "sink");

    return sink != NULL &&
           gst_pad_link_full(src, sink, GST_PAD_LINK_CHECK_NOTHING) == GST_PAD_LINK_OK;
}

/* Returns: (transfer none): in its pipeline; or NULL with @error */
static GstElement *
make_element(Graph *graph, const PlanElement *plan, GError **error)
{
    GstElement *element = gst_element_factory_make(plan->factory, plan->name);

    if (element == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL, "no element \"%s\"", plan->factory);
        return NULL;
    }
    for (size_t i = 0; plan->properties[i].value != NULL; i++)
        gst_util_set_object_arg(G_OBJECT(element), plan->properties[i].name,
                                plan->properties[i].value);
    return gst_bin_add(GST_BIN(g_ptr_array_index(graph->pipelines, plan->pipeline)), element)
               ? element
               : NULL;
}

/* Makes the meter of a stream of sound that has just appeared. Streaming thread. */
static GstElement *
make_late(Graph *graph, const PlanElement *plan)
{
    GstElement *element = make_element(graph, plan, NULL);

    if (element == NULL)
        return NULL;
    (void)gst_element_sync_state_with_parent(element);
    g_atomic_pointer_set(&graph->services[plan->pipeline].sounds[plan->slot],
                         GANTRY_SOUND_METER(element));
    return element;
}

static void
pad_added(GstElement *element, GstPad *pad, gpointer user_data)
{
    Graph *graph = user_data;

    for (guint i = 0; i < graph->plan->links->len; i++) {
        const PlanLink *link = &g_array_index(graph->plan->links, PlanLink, i);
        GstElement *to = element_at(graph, link->to);

        if (link->pad == NULL || element_at(graph, link->from) != element ||
            !g_str_equal(link->pad, GST_PAD_NAME(pad)))
            continue;
        if (to == NULL)
            to = make_late(graph, &g_array_index(graph->plan->elements, PlanElement, link->to));
        if (to != NULL)
            (void)link_pads(pad, to);
    }
}

GantrySoundMeter *
graph_sound(Graph *graph, unsigned index, unsigned slot)
{
    g_return_val_if_fail(index < graph->pipelines->len && slot < ES_AUDIO_MAX, NULL);

    return g_atomic_pointer_get(&graph->services[index].sounds[slot]);
}

static bool
link_elements(Graph *graph, GError **error)
{
    for (guint i = 0; i < graph->plan->links->len; i++) {
        const PlanLink *link = &g_array_index(graph->plan->links, PlanLink, i);
        g_autoptr(GstPad) src = NULL;

        src = gst_element_get_static_pad(element_at(graph, link->from),
                                         link->pad != NULL ? link->pad : "src");
        if (src == NULL && link->pad != NULL)
            continue; /* it appears later */
        if (src == NULL || !link_pads(src, element_at(graph, link->to))) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL, "link %u of the plan fails", i);
            return false;
        }
    }
    return true;
}

static void
find_services(Graph *graph)
{
    GstElement *source = element_named(graph, "source");

    graph->source = source != NULL ? GANTRY_UDP_SOURCE(source) : NULL;
    graph->meter = GANTRY_TS_METER(element_named(graph, "meter"));
    graph->cutter = GANTRY_ES_CUTTER(element_named(graph, "cutter"));
    if (element_named(graph, "segments") != NULL)
        graph->segments = GANTRY_SEGMENTS(element_named(graph, "segments"));
    graph->services = g_new0(GraphService, graph->pipelines->len);
    for (guint i = 0; i < graph->pipelines->len; i++) {
        g_autofree char *decoder = g_strdup_printf("decoder-%u", i);
        g_autofree char *picture = g_strdup_printf("picture-%u", i);

        graph->services[i] = (GraphService){
            .decoder = GANTRY_KEY_DECODER(element_named(graph, decoder)),
            .picture = GANTRY_PICTURE_METER(element_named(graph, picture)),
        };
    }
    g_signal_connect(graph->cutter, "pad-added", G_CALLBACK(pad_added), graph);
}

Graph *
graph_new(Plan *plan, GError **error)
{
    g_autoptr(Graph) graph = g_new0(Graph, 1);

    graph->plan = plan;
    graph->pipelines = g_ptr_array_new_with_free_func((GDestroyNotify)gst_object_unref);
    graph->elements = g_ptr_array_new();
    for (guint i = 0; i < plan->pipelines->len; i++) {
        GstElement *pipeline = gst_pipeline_new(g_ptr_array_index(plan->pipelines, i));

        gst_pipeline_use_clock(GST_PIPELINE(pipeline), NULL);
        g_ptr_array_add(graph->pipelines, gst_object_ref_sink(pipeline));
    }
    for (guint i = 0; i < plan->elements->len; i++) {
        const PlanElement *element = &g_array_index(plan->elements, PlanElement, i);
        GstElement *made = element->late ? NULL : make_element(graph, element, error);

        if (made == NULL && !element->late)
            return NULL;
        g_ptr_array_add(graph->elements, made);
    }
    if (!link_elements(graph, error))
        return NULL;
    find_services(graph);
    return g_steal_pointer(&graph);
}

bool
graph_start(Graph *graph, GError **error)
{
    /* The first pipeline owns the source: it starts last and stops first. */
    for (guint i = graph->pipelines->len; i-- > 0;) {
        GstElement *pipeline = g_ptr_array_index(graph->pipelines, i);

        if (gst_element_set_state(pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL,
                        "the pipeline of channel \"%s\" does not start", GST_OBJECT_NAME(pipeline));
            return false;
        }
    }
    return true;
}

void
graph_stop(Graph *graph)
{
    for (guint i = 0; i < graph->pipelines->len; i++)
        gst_element_set_state(g_ptr_array_index(graph->pipelines, i), GST_STATE_NULL);
}

void
graph_free(Graph *graph)
{
    if (graph == NULL)
        return;
    graph_stop(graph);
    g_ptr_array_unref(graph->elements);
    g_ptr_array_unref(graph->pipelines);
    g_free(graph->services);
    plan_free(graph->plan);
    g_free(graph);
}
