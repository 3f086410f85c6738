#include "ui/screen/act_private.h"
#include "ui/screen/pane_list.h"

/* Some of it stays as it was changed since, and some is gone by now. */
static char *
rest_words(const Done *done)
{
	g_autoptr(GString) text = g_string_new(NULL);
	if (done->kept > 0)
		g_string_append_printf(
			text, ", but %" G_GINT64_FORMAT " changed since", done->kept);
	if (done->gone > 0)
		g_string_append_printf(text, ", but %" G_GINT64_FORMAT " gone since", done->gone);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
say_end(const Done *done)
{
	g_autofree char *rest = rest_words(done);
	app_say(done->acts->app,
		done->undone ? "Undone: %s%s; C-r does it again" : "Done again: %s%s; u undoes",
		done->words, rest);
}

static void
take(Done *done, GPtrArray *from, GPtrArray *to)
{
	if (g_ptr_array_remove(from, done))
		g_ptr_array_add(to, done);
}

/* Nobody could be asked: it is as it was. What was refused is not tried again. */
static void
take_failure(Done *done, bool is_lost)
{
	Acts *acts = done->acts;
	if (!is_lost) {
		act_forget(done);
		return;
	}
	done->undone = !done->undone;
	take(done, done->undone ? acts->done : acts->undone,
		done->undone ? acts->undone : acts->done);
}

static void
on_answer(Account *client, JsonObject *answer, const GError *error, void *data)
{
	Done *done = data;
	App *app = done->acts->app;
	done->due--;
	pane_list_reread(app_pane(app, PANE_LIST));
	const char *what = done->undone ? "Not undone" : "Not done again";
	if (app_say_failure(app, what, answer, error)) {
		take_failure(done, !answer);
		return;
	}
	done->kept += json_number(answer, "kept", 0);
	done->gone += json_number(answer, "gone", 0);
	if (done->due > 0)
		return;
	say_end(done);
	act_free_unless_needed(done);
}

void
act_ask_undo(Done *done)
{
	App *app = done->acts->app;
	done->kept = done->gone = 0;
	done->due++; /* an answer may come at once */
	for (guint i = 0; i < done->parts->len; i++) {
		const Part *part = &g_array_index(done->parts, Part, i);
		JsonObject *question = account_question("undo");
		json_set_text(question, "deed", done->id);
		json_set_truth(question, "redo", !done->undone);
		done->due++;
		account_ask(app_account(app, (size_t)part->account), question, on_answer, done);
	}
	done->due--;
	act_free_unless_needed(done);
}

static void
step(Acts *acts, GPtrArray *from, GPtrArray *to, bool undone)
{
	if (from->len == 0) {
		app_say_for_now(acts->app, undone ? "Nothing to undo; `curlew undo` takes back "
						    "what was not done on this screen"
						  : "There is nothing to redo");
		return;
	}
	Done *done = g_ptr_array_index(from, from->len - 1);
	take(done, from, to);
	done->undone = undone;
	pane_list_end_wish(app_pane(acts->app, PANE_LIST), done->number, false);
	if (done->words) /* else when it is known who takes part */
		act_ask_undo(done);
}

void
acts_undo(Acts *acts)
{
	step(acts, acts->done, acts->undone, true);
}

void
acts_redo(Acts *acts)
{
	step(acts, acts->undone, acts->done, false);
}
