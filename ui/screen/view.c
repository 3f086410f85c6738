#include "ui/screen/view.h"

#include <string.h>

View *
view_new(ViewKind kind, int account, const char *title)
{
	View *view = g_new0(View, 1);
	view->kind = kind;
	view->account = account;
	view->title = clean_text_new(CLEAN_IDENTITY, title, -1);
	return view;
}

View *
view_new_folder(int account, int64_t folder, const char *title)
{
	View *view = view_new(VIEW_FOLDER, account, title);
	view->folder = folder;
	return view;
}

View *
view_new_search(const char *query, const char *title)
{
	g_autofree char *chip = g_strdup_printf("[%s]", query);
	View *view = view_new(VIEW_SEARCH, VIEW_ALL_ACCOUNTS, title ? title : chip);
	view->query = g_strdup(query);
	return view;
}

/* Words are matched as far as they are typed. */
static char *
narrowed_query(const char *query, const char *text)
{
	size_t length = strlen(text);
	const char *more = length && g_ascii_isalnum(text[length - 1]) ? "*" : "";
	return g_strdup_printf("(%s) and (%s%s)", query, text, more);
}

View *
view_new_narrowed(const View *wide, const char *text)
{
	View *view = view_copy(wide);
	view->narrow = g_strdup(text);
	clean_text_unref(view->title);
	view->title =
		clean_text_format(CLEAN_IDENTITY, "%s /%s", clean_text_utf8(wide->title), text);
	if (wide->query) {
		g_free(view->query);
		view->query = narrowed_query(wide->query, text);
	}
	return view;
}

View *
view_new_ordered(const View *view, ListOrder order)
{
	View *ordered = view_copy(view);
	ordered->order = order;
	return ordered;
}

View *
view_copy(const View *view)
{
	View *copy = g_new0(View, 1);
	*copy = *view;
	copy->query = g_strdup(view->query);
	copy->narrow = g_strdup(view->narrow);
	copy->title = clean_text_ref(view->title);
	return copy;
}

void
view_free(View *view)
{
	if (!view)
		return;
	g_free(view->query);
	g_free(view->narrow);
	clean_text_unref(view->title);
	g_free(view);
}

bool
view_is_in_folder(const View *view)
{
	return view->kind == VIEW_FOLDER ||
	       (view->kind == VIEW_INBOXES && view->account != VIEW_ALL_ACCOUNTS);
}

bool
view_is_folder(const View *view)
{
	return view_is_in_folder(view) && !view->narrow;
}

bool
view_is_found(const View *view)
{
	return view->kind == VIEW_SEARCH || view->narrow;
}

bool
view_is_held(const View *view)
{
	return view_is_found(view) || !list_order_is_by_date(view->order);
}

PageAsk
view_page(const View *view)
{
	static const PageView views[] = {
		[VIEW_INBOXES] = PAGE_ROLE,
		[VIEW_FLAGGED] = PAGE_FLAGGED,
		[VIEW_FOLDER] = PAGE_FOLDER,
		[VIEW_SEARCH] = PAGE_FOLDER, /* no store has it as a page */
	};
	return (PageAsk){ .view = views[view->kind], .folder = view->folder, .role = ROLE_INBOX };
}

bool
view_is_same(const View *one, const View *other)
{
	return one->kind == other->kind && one->account == other->account &&
	       one->folder == other->folder && g_strcmp0(one->query, other->query) == 0 &&
	       g_strcmp0(one->narrow, other->narrow) == 0;
}
