#pragma once
/*
 * The strict grammar of RFC 8259. json-glib is lenient where that hurts (a second value after the
 * first is dropped, a number too large becomes -1, U+0000 ends a text), so it only sees checked text.
 */
#include <stddef.h>

/*
 * What is wrong with these bytes as one JSON object in valid UTF-8, nested at most DEPTH deep: the end
 * of a sentence that begins with "a JSON line"; NULL if nothing is.
 */
const char *json_find_fault(const char *text, size_t length, unsigned depth);
