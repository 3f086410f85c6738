#pragma once
/*
 * Tables that hold data, as lines of aligned cells. Tables that only lay a mail out are left to the walk.
 */
#include <stdbool.h>

#include "index/mime/mime_html_walk_private.h"

/* Lays the table out if it is one of data; else false, and nothing was done. */
bool mime_html_table(Walker *walker, xmlNode *table);
