#include <stdarg.h>

#include "ui/screen/app_private.h"

enum { MESSAGE_MS = 4000 };

void
app_say_nothing(App *app)
{
	g_clear_pointer(&app->message, clean_text_unref);
	g_clear_handle_id(&app->message_timer, g_source_remove);
	app_redraw(app);
}

static gboolean
on_message_old(gpointer data)
{
	App *app = data;
	app->message_timer = 0;
	app_say_nothing(app);
	return G_SOURCE_REMOVE;
}

static void
keep(App *app, CleanText *text, bool is_error)
{
	said_add(app->said, text, is_error, g_get_real_time() / G_USEC_PER_SEC);
	if (is_error)
		g_info("said: %s", clean_text_utf8(text));
}

bool
app_shows_error(const App *app)
{
	return app->message && app->message_is_error;
}

/* What went well does not take the place of an error: that one stays until a key. */
static void
show(App *app, CleanText *text, bool is_error)
{
	if (!is_error && app_shows_error(app))
		return;
	app_say_nothing(app);
	app->message = clean_text_ref(text);
	app->message_is_error = is_error;
	if (!is_error)
		app->message_timer = g_timeout_add(MESSAGE_MS, on_message_old, app);
}

typedef enum Way { SHOWN = 1, KEPT = 2, AN_ERROR = 4 } Way; /* added up */

static void
tell(App *app, unsigned way, const char *format, va_list arguments)
{
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);
	g_autoptr(CleanText) text = clean_text_new(CLEAN_LINE, sentence, -1);
	if (way & SHOWN)
		show(app, text, way & AN_ERROR);
	if (way & KEPT)
		keep(app, text, way & AN_ERROR);
}

void
app_say(App *app, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(app, SHOWN | KEPT, format, arguments);
	va_end(arguments);
}

void
app_say_for_now(App *app, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(app, SHOWN, format, arguments);
	va_end(arguments);
}

void
app_say_error(App *app, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(app, SHOWN | KEPT | AN_ERROR, format, arguments);
	va_end(arguments);
}

bool
app_say_failure(App *app, const char *what, JsonObject *answer, const GError *error)
{
	if (answer && json_truth(answer, "ok"))
		return false;
	const char *why = answer ? json_text(answer, "error") : error->message;
	app_say_error(app, "%s: %s", what, why ? why : "the agent does not say why");
	return true;
}

void
app_note(App *app, bool is_error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(app, KEPT | (is_error ? AN_ERROR : 0), format, arguments);
	va_end(arguments);
}
