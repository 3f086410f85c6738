#include "index/mime/mime_html_form.h"

#include <glib.h>
#include <stdbool.h>

#include "index/mime/mime_html_walk.h"

enum { OPTIONS_SEARCHED = 1000 };

/* The attribute of an <input> that is seen, by its type. */
static const struct {
	const char *type, *attribute;
} inputs[] = {
	{ "button", "value" },
	{ "image", "alt" },
	{ "reset", "value" },
	{ "submit", "value" },
	{ "text", "value" },
};

static char *
input_text(const xmlNode *input)
{
	const char *type = mime_html_attribute(input, "type");
	for (size_t i = 0; i < G_N_ELEMENTS(inputs); i++)
		if (g_ascii_strcasecmp(type != NULL ? type : "text", inputs[i].type) == 0)
			return g_strdup(mime_html_attribute(input, inputs[i].attribute));
	return NULL;
}

/* The option after this one (NULL: the first), those in groups too. */
static const xmlNode *
next_option(const xmlNode *select, const xmlNode *option)
{
	const xmlNode *node = option != NULL ? option : select;
	do {
		bool enter = node == select || mime_html_is(node, "optgroup");
		if (enter && node->children != NULL)
			node = node->children;
		else {
			while (node != select && node->next == NULL)
				node = node->parent;
			node = node != select ? node->next : NULL;
		}
	} while (node != NULL && !mime_html_is(node, "option"));
	return node;
}

static char *
select_text(const xmlNode *select)
{
	const xmlNode *chosen = next_option(select, NULL), *option = chosen;
	for (int i = 0; option != NULL && i < OPTIONS_SEARCHED; i++) {
		if (mime_html_attribute(option, "selected") != NULL) {
			chosen = option;
			break;
		}
		option = next_option(select, option);
	}
	if (chosen == NULL)
		return NULL;
	xmlChar *content = xmlNodeGetContent(chosen);
	char *text = g_strdup((const char *)content);
	xmlFree(content);
	return text;
}

char *
mime_html_form_text(const xmlNode *control)
{
	g_autofree char *text =
		mime_html_is(control, "select") ? select_text(control) : input_text(control);
	if (text == NULL || *g_strstrip(text) == '\0')
		return NULL;
	return g_steal_pointer(&text);
}
