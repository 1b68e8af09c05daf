/* `fields=` and `sort=` of lists: an answer {"items": [...]} cut down and put in order. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define SHAPE_NAMES_MAX 32u /* of `fields=` */
#define SHAPE_SORTS_MAX 4u

/**
 * list_shape:
 * @json: an answer; one without "items" is given back as it is
 * @fields: (nullable): names of members that each item keeps, separated by commas
 * @sort: (nullable): members to sort by, the first one decides; "-" before one: descending. Numbers
 *   by value, text by bytes; what has no such member comes last. Only a whole list ("next_cursor"
 *   null or absent) can be sorted
 * @ret_wrong: what is wrong with @fields or @sort, as a sentence
 *
 * Returns: (transfer full) (nullable): the new answer; NULL with @ret_wrong
 */
GBytes *list_shape(GBytes *json, const char *fields, const char *sort, const char **ret_wrong);
