#pragma once
/*
 * What the controls of a form say: a button its label, a field what stands in it, a choice the chosen one. Any thread.
 */
#include <libxml/tree.h>

/* The text of an <input> or <select>; NULL if there is none to see. The caller owns it. */
char *mime_html_form_text(const xmlNode *control);
