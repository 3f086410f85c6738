#include "ui/config_tables.h"
#include "ui/screen/app_private.h"

/* The title, and news of mail for a user who looks elsewhere. */

static bool
looks_elsewhere(const App *app, int64_t now)
{
	TerminalFocus focus = terminal_focus(app->terminal);
	return focus == TERMINAL_AWAY ||
	       (focus == TERMINAL_UNTOLD && attention_is_idle(&app->attention, now));
}

static void
tell(App *app, const CleanText *title)
{
	const char *how = config_ui_text(app->options->config, "notify");
	if (g_str_equal(how, "bell"))
		terminal_ring(app->terminal);
	else if (g_str_equal(how, "osc9"))
		terminal_tell(app->terminal, title);
}

static CleanText *
title_of(int64_t unread)
{
	if (unread == 0)
		return clean_text_new(CLEAN_LINE, "curlew", -1);
	g_autofree char *number = words_number(unread);
	return clean_text_format(CLEAN_LINE, "curlew %s unread", number);
}

void
app_follow_unread(App *app)
{
	g_autoptr(View) inbox = app->accounts->len ? folder_list_inbox_view(app->asker) : NULL;
	const FolderEntry *entry = inbox ? folder_list_find(app->folders, inbox, NULL) : NULL;
	int64_t unread = entry ? entry->unread : 0, now = g_get_monotonic_time();
	g_autoptr(CleanText) title = title_of(unread);
	terminal_set_title(app->terminal, title);
	if (!entry)
		return;
	if (attention_take(&app->attention, unread, looks_elsewhere(app, now), now))
		tell(app, title);
}
