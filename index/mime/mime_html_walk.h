#pragma once
/*
 * Walks a parsed HTML document and lays its visible text out. Iterative: hostile documents nest by the
 * hundred thousand. Any thread.
 */
#include <libxml/tree.h>
#include <stdbool.h>

/* The caller owns the result. */
char *mime_html_walk(xmlDoc *document, int width);

/* An attribute's value if it is text, else NULL. Belongs to the element. */
const char *mime_html_attribute(const xmlNode *element, const char *name);

/* Is it an element of this name? */
bool mime_html_is(const xmlNode *node, const char *name);
