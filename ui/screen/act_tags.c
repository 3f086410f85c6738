#include <string.h>

#include "ui/screen/act_private.h"

/* The tags that a prompt for one completes: asked for when it begins, and shown when they are known. */

enum { TARGETS_MOST = 2000 }; /* whose tags are looked at: more would have hardly any other ones */

typedef struct TagJob {
	Acts *acts;         /* touched on the UI thread only */
	GPtrArray *targets; /* our reference; NULL: all tags are meant */
	GPtrArray *tags;    /* of char *; NULL: they could not be read */
} TagJob;

/* ---- all there are: index thread ---- */

static void
run_all(Asker *asker, GCancellable *cancel, void *data)
{
	Query *query = asker_query(asker, NULL);
	((TagJob *)data)->tags = query ? query_tags(query, NULL) : NULL;
}

/* ---- of some messages: store thread ---- */

/* TAGS: with blanks between. */
static void
add_tags(GHashTable *found, const char *tags)
{
	g_auto(GStrv) words = g_strsplit(tags, " ", -1);
	for (char **word = words; *word; word++) {
		if (**word && !g_hash_table_contains(found, *word))
			g_hash_table_add(found, g_strdup(*word));
	}
}

/* In this account, where a thread may have messages, too. */
static void
add_tags_of(GHashTable *found, Envelopes *store, int account, const Target *target)
{
	g_autoptr(GPtrArray) thread =
		target->folded ? envelopes_thread_messages(store, 0, target->thread, NULL) : NULL;
	for (guint i = 0; thread && i < thread->len; i++)
		add_tags(found, ((const MessageRow *)g_ptr_array_index(thread, i))->tags);
	g_autoptr(MessageRow) row =
		account == target->account ? envelopes_by_key(store, target->key, NULL) : NULL;
	if (row)
		add_tags(found, row->tags);
}

static int
compare_tags(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static void
run_theirs(Asker *asker, GCancellable *cancel, void *data)
{
	TagJob *job = data;
	g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, NULL);
	for (size_t account = 0; account < asker_account_count(asker); account++) {
		Envelopes *store = asker_store(asker, account, NULL);
		guint most = MIN(job->targets->len, TARGETS_MOST);
		for (guint i = 0; store && i < most && !g_cancellable_is_cancelled(cancel); i++)
			add_tags_of(found, store, (int)account, g_ptr_array_index(job->targets, i));
	}
	job->tags = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer tag;
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, &tag, NULL))
		g_ptr_array_add(job->tags, tag);
	g_ptr_array_sort(job->tags, compare_tags);
}

/* ---- UI thread ---- */

static void
on_found(void *data)
{
	TagJob *job = data;
	Acts *acts = job->acts;
	Prompt *prompt = app_prompt(acts->app);
	g_clear_pointer(&acts->tags, g_ptr_array_unref);
	acts->tags = g_steal_pointer(&job->tags);
	if (prompt)
		prompt_renew_matches(prompt);
	app_redraw(acts->app);
}

static void
job_free(void *data)
{
	TagJob *job = data;
	g_clear_pointer(&job->targets, g_ptr_array_unref);
	g_clear_pointer(&job->tags, g_ptr_array_unref);
	g_free(job);
}

void
acts_find_tags(Acts *acts, bool theirs)
{
	TagJob *job = g_new0(TagJob, 1);
	job->acts = acts;
	job->targets = theirs ? g_ptr_array_ref(acts->targets) : NULL;
	g_clear_pointer(&acts->tags, g_ptr_array_unref);
	Job question = { .owner = &acts->tags,
		.run = theirs ? run_theirs : run_all,
		.done = on_found,
		.free = job_free,
		.urgent = !theirs };
	asker_ask(app_asker(acts->app), theirs ? ASK_STORE : ASK_INDEX, &question, job);
}

/* Those with TEXT at their begin, or (else) behind it. */
static void
add_matches(const GPtrArray *tags, const char *text, bool at_begin, GPtrArray *matches)
{
	for (guint i = 0; tags && i < tags->len; i++) {
		const char *tag = g_ptr_array_index(tags, i);
		const char *found = strcasestr(tag, text);
		if (found && (found == tag) == at_begin)
			g_ptr_array_add(matches, g_strdup(tag));
	}
}

GPtrArray *
acts_tag_matches(const Acts *acts, const char *text)
{
	GPtrArray *matches = g_ptr_array_new_with_free_func(g_free);
	add_matches(acts->tags, text, true, matches);
	add_matches(acts->tags, text, false, matches);
	return matches;
}
