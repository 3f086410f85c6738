#include "index/mime/mime_html.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "index/mime/mime_text.h"

char *
mime_html_text(const char *html, size_t length, const char *charset, int width, const char **guess,
	bool *cut)
{
	*cut = length > MIME_HTML_LIMIT;
	g_autofree char *text =
		mime_text_decode(html, MIN(length, MIME_HTML_LIMIT), charset, guess);
	htmlDocPtr document = htmlReadMemory(text, (int)strlen(text), NULL, "UTF-8",
		HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
			XML_PARSE_HUGE);
	if (document == NULL)
		return g_strdup("");
	xmlChar *content = xmlNodeGetContent(xmlDocGetRootElement(document));
	char *result = g_strdup(content != NULL ? (const char *)content : "");
	xmlFree(content);
	xmlFreeDoc(document);
	return result;
}
