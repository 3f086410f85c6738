#include "ui/screen/list_unread.h"

#include "backend/error.h"

static bool
may_be_in(Asker *asker, size_t account, const PageAsk *page)
{
	g_autoptr(GError) error = NULL;
	Envelopes *store = asker_store(asker, account, &error);
	if (!store)
		return !g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE);
	int64_t count;
	return !envelopes_unread(store, page, &count, NULL) || count > 0;
}

bool
list_unread_may_be(Asker *asker, const View *view)
{
	if (view->kind == VIEW_SEARCH)
		return true;
	PageAsk page = view_page(view);
	for (size_t i = 0; i < asker_account_count(asker); i++) {
		bool shown = view->account == VIEW_ALL_ACCOUNTS || view->account == (int)i;
		if (shown && may_be_in(asker, i, &page))
			return true;
	}
	return false;
}
