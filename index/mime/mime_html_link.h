#pragma once
/*
 * The links of an HTML mail: a number behind each, and where they lead at the end. Any thread.
 */
#include <glib.h>

typedef struct HtmlLinks HtmlLinks;

HtmlLinks *mime_html_links_new(void);
void mime_html_links_free(HtmlLinks *links);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlLinks, mime_html_links_free)

/* A link begins; HREF may be NULL. Text that is shown until its end is the link's. */
void mime_html_link_begin(HtmlLinks *links, const char *href);
void mime_html_link_add_text(HtmlLinks *links, const char *text);

/* The mark for behind the link ("[1]"), NULL where none is needed. The caller owns it. */
char *mime_html_link_end(HtmlLinks *links);

/* "[1] https://…" a line, with a word where a link's text names another host. The caller owns it. */
char *mime_html_links_list(const HtmlLinks *links);
