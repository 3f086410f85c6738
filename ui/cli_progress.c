#include "ui/cli_progress.h"

#include <stdio.h>
#include <unistd.h>

enum { DRAW_MS = 100, LINE_SECONDS = 5 };

struct Progress {
	bool json, terminal, hidden;
	bool drawn;          /* the changing line stands there */
	int64_t last;        /* monotonic µs of the last line */
	GHashTable *warned;  /* accounts that were told to be without encryption */
	char *phase;         /* of which the rate is measured: account, folder, phase */
	int64_t since, from; /* its beginning: monotonic µs, and what was done then */
};

Progress *
progress_new(bool json)
{
	Progress *progress = g_new0(Progress, 1);
	progress->json = json;
	progress->terminal = isatty(STDERR_FILENO);
	progress->warned = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return progress;
}

void
progress_clear(Progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}

void
progress_hide(Progress *progress, bool hidden)
{
	progress_clear(progress);
	progress->hidden = hidden;
}

void
progress_free(Progress *progress)
{
	if (!progress)
		return;
	progress_clear(progress);
	g_hash_table_unref(progress->warned);
	g_free(progress->phase);
	g_free(progress);
}

static bool
is_due(Progress *progress, int milliseconds)
{
	int64_t now = g_get_monotonic_time();
	if (progress->last && now - progress->last < (int64_t)milliseconds * 1000)
		return false;
	progress->last = now;
	return true;
}

/* A line that the next one replaces. SENTENCE is cleaned and cut here. */
static void
draw(Progress *progress, const char *sentence)
{
	if (progress->hidden)
		return;
	if (!progress->terminal) {
		if (is_due(progress, LINE_SECONDS * 1000))
			cli_say("%s", sentence);
		return;
	}
	g_autoptr(CleanText) text = clean_text_new(CLEAN_IDENTITY, sentence, -1);
	g_autoptr(CleanText) shown = clean_text_clip(text, cli_columns() - 1);
	progress_clear(progress);
	clean_text_print(stderr, shown);
	fflush(stderr);
	progress->drawn = true;
}

static char *
time_left(int64_t seconds)
{
	return seconds >= 3600
	               ? g_strdup_printf("%d:%02d:%02d left", (int)(seconds / 3600),
				 (int)(seconds / 60 % 60), (int)(seconds % 60))
	               : g_strdup_printf("%d:%02d left", (int)(seconds / 60), (int)(seconds % 60));
}

/* A second of the phase's own speed, where the event names none; 0: not known yet. */
static int64_t
rate_of(Progress *progress, JsonObject *event, int64_t done)
{
	int64_t now = g_get_monotonic_time(), rate = json_number(event, "rate", 0);
	const char *folder = json_text(event, "folder"), *phase = json_text(event, "phase");
	g_autofree char *key = g_strdup_printf(
		"%s/%s/%s", json_text(event, "account"), folder ? folder : "", phase ? phase : "");
	if (g_strcmp0(key, progress->phase) != 0 || done < progress->from) {
		g_free(progress->phase);
		progress->phase = g_steal_pointer(&key);
		progress->since = now;
		progress->from = done;
	}
	if (rate > 0 || now - progress->since < G_USEC_PER_SEC)
		return rate;
	return (done - progress->from) * G_USEC_PER_SEC / (now - progress->since);
}

/* "work/INBOX: bodies 1,204 of 20,000, 350/s, 0:53 left" */
static char *
progress_sentence(Progress *progress, JsonObject *event)
{
	const char *account = json_text(event, "account"), *folder = json_text(event, "folder");
	const char *phase = json_text(event, "phase");
	int64_t done = json_number(event, "done", -1), total = json_number(event, "total", -1);
	if (done < 0 || total < 0) {
		g_autofree char *waiting = cli_number(json_number(event, "left", 0));
		return g_strdup_printf("%s: %s, %s left", account, phase ? phase : "", waiting);
	}
	int64_t rate = rate_of(progress, event, done);
	g_autofree char *count = cli_number(done);
	g_autofree char *all = cli_number(total);
	g_autofree char *speed = cli_number(rate);
	g_autofree char *left = rate > 0 && total > done ? time_left((total - done) / rate) : NULL;
	return g_strdup_printf("%s%s%s: %s %s of %s%s%s%s%s%s", account, folder ? "/" : "",
		folder ? folder : "", phase ? phase : "", count, all, rate > 0 ? ", " : "",
		rate > 0 ? speed : "", rate > 0 ? "/s" : "", left ? ", " : "", left ? left : "");
}

static void
tell_progress(Progress *progress, JsonObject *event)
{
	if (progress->terminal && !is_due(progress, DRAW_MS))
		return;
	g_autofree char *sentence = progress_sentence(progress, event);
	draw(progress, sentence);
}

static void
tell_plaintext(Progress *progress, JsonObject *event, const char *account)
{
	if (!json_object_has_member(event, "encrypted") || json_truth(event, "encrypted") ||
		!g_hash_table_add(progress->warned, g_strdup(account)))
		return;
	progress_clear(progress);
	cli_say("%s: not encrypted (tls = off)", account);
}

static void
tell_state(Progress *progress, JsonObject *event)
{
	const char *account = json_text(event, "account"), *state = json_text(event, "state");
	const char *why = json_text(event, "why");
	tell_plaintext(progress, event, account);
	g_autofree char *sentence = g_strdup_printf(
		"%s: %s%s%s", account, state ? state : "", why ? ": " : "", why ? why : "");
	if (progress->terminal)
		draw(progress, sentence);
}

static void
tell_error(Progress *progress, JsonObject *event)
{
	const char *account = json_text(event, "account"), *sentence = json_text(event, "error");
	const char *folder = json_text(event, "folder");
	g_autofree char *place =
		g_strconcat(account ? account : "", folder ? "/" : "", folder, NULL);
	progress_clear(progress);
	/* Most sentences name the account themselves. */
	if (sentence && account && g_str_has_prefix(sentence, account))
		cli_say("%s", sentence);
	else
		cli_say("%s: %s", place, sentence ? sentence : "an error without words");
}

typedef struct Teller {
	const char *event;
	void (*tell)(Progress *progress, JsonObject *event);
} Teller;

static const Teller tellers[] = {
	{ "error", tell_error },
	{ "progress", tell_progress },
	{ "state", tell_state },
};

void
progress_event(Progress *progress, JsonObject *event)
{
	if (progress->json) {
		cli_print_json_line(event);
		return;
	}
	const char *name = json_text(event, "event");
	for (size_t i = 0; name && i < G_N_ELEMENTS(tellers); i++)
		if (g_str_equal(tellers[i].event, name))
			tellers[i].tell(progress, event);
}

void
progress_result(Progress *progress, JsonObject *object, const char *sentence)
{
	progress_clear(progress);
	if (progress->json)
		cli_print_json_line(object);
	else
		cli_print(CLEAN_LINE, "%s", sentence);
}
