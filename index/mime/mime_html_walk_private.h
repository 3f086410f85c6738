#pragma once
/*
 * What the walk and what it hands parts of the document to share.
 */
#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>

#include "index/mime/mime_css.h"
#include "index/mime/mime_html_link.h"
#include "index/mime/mime_layout.h"

typedef struct Walker {
	CssSheet *sheet;
	Layout *layout;
	HtmlLinks *links;
	GArray *lists, *indents;
	int width;
	bool in_cell; /* of a table that is drawn as one */
} Walker;

/* Lays out an element and all in it. */
void mime_html_walk_tree(Walker *walker, xmlNode *root);
