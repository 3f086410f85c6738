#include "backend/agent/body_pass.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/agent/placer.h"
#include "backend/agent/stub.h"
#include "backend/core/uidset.h"

/* What one command asks for, and what may be on the way. A message over the limit goes alone. */
enum {
	COMMAND_MESSAGES = 50,
	COMMAND_BYTES = 1 << 20,
	COMMANDS_UNDER_WAY = 4,
	BYTES_UNDER_WAY = 8 << 20
};
enum { PAGE = 500 };

Command *
body_command_new(void)
{
	Command *command = g_new0(Command, 1);
	command->uids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	return command;
}

static void
command_free(void *pointer)
{
	Command *command = pointer;
	g_array_unref(command->uids);
	g_free(command);
}

/* ---- what comes ---- */

static void
drop_arriving(BodyPass *pass)
{
	g_clear_pointer(&pass->file, body_file_drop);
	if (pass->arriving)
		unlinkat(pass->tmp, pass->arriving, 0);
	g_clear_pointer(&pass->arriving, g_free);
}

static void
tell_came(const BodyPass *pass)
{
	const RoundOwner *owner = pass->round->owner;
	if (pass->wanted)
		owner->body_progress(pass->wanted, pass->came, pass->size, owner->data);
}

static bool
body_begin(uint64_t size, void *data)
{
	BodyPass *pass = data;
	drop_arriving(pass);
	pass->came = 0;
	pass->size = (int64_t)size;
	tell_came(pass);
	pass->arriving = maildir_key_new(0);
	pass->file = body_file_create(pass->tmp, pass->arriving, 0, &pass->failure);
	return pass->file != NULL;
}

static bool
body_data(const char *bytes, size_t size, void *data)
{
	BodyPass *pass = data;
	if (round_is_cancelled(pass->round, &pass->failure) ||
		!body_file_write(pass->file, bytes, size, &pass->failure))
		return false;
	pass->came += (int64_t)size;
	tell_came(pass);
	return true;
}

static bool
body_end(void *data)
{
	BodyPass *pass = data;
	return body_file_finish(g_steal_pointer(&pass->file), &pass->failure);
}

static void
body_drop(void *data)
{
	drop_arriving(data);
}

/* The header that came, as the file of a stub. */
static bool
write_stub(BodyPass *pass, const ImapFetch *fetch, const WantedBody *body)
{
	g_autoptr(GString) stub = stub_build(fetch->header, fetch->header_length, body->size);
	return body_begin(stub->len, pass) && body_data(stub->str, stub->len, pass) &&
	       body_end(pass);
}

/* The file gets the name and the time of the row it belongs to. */
static bool
name_arrived(BodyPass *pass, const WantedBody *body)
{
	struct timespec times[2] = { { .tv_sec = body->internal_date },
		{ .tv_sec = body->internal_date } };
	if (utimensat(pass->tmp, pass->arriving, times, 0) == 0 &&
		renameat(pass->tmp, pass->arriving, pass->tmp, body->key) == 0)
		return true;
	g_set_error(&pass->failure, ACCOUNT_ERROR, ACCOUNT_ERROR_FULL,
		"cannot name a downloaded message: %s", g_strerror(errno));
	return false;
}

static bool
on_fetch(const ImapFetch *fetch, void *data)
{
	BodyPass *pass = data;
	if (pass->wish.stubs ? !fetch->header : !fetch->has_body)
		return true;
	void *key = GUINT_TO_POINTER(fetch->uid);
	WantedBody *body = g_hash_table_lookup(pass->asked, key);
	if (!body || (!pass->wish.stubs && !pass->arriving)) { /* nobody asked for it */
		drop_arriving(pass);
		return true;
	}
	if ((pass->wish.stubs && !write_stub(pass, fetch, body)) || !name_arrived(pass, body))
		return false;
	g_clear_pointer(&pass->arriving, g_free);
	PlacedBody placed = { pass->folder->id, body->row, body->key, pass->wish.stubs };
	int64_t bytes = (int64_t)(pass->wish.stubs ? fetch->header_length : fetch->body_size);
	bool ok = placer_add(pass->round->placer, pass->tmp, &placed, bytes, &pass->failure);
	g_hash_table_remove(pass->asked, key);
	pass->done++;
	return ok;
}

static const ImapHandlers handlers = {
	.on_fetch = on_fetch,
	.body_begin = body_begin,
	.body_data = body_data,
	.body_end = body_end,
	.body_drop = body_drop,
};

/* ---- what is asked for ---- */

typedef struct Page {
	BodyPass *pass;
	GPtrArray *bodies;
} Page;

static bool
ask_wanted(Store *store, void *data, GError **error)
{
	Page *page = data;
	BodyPass *pass = page->pass;
	int64_t folder = pass->folder->id;
	bool first = pass->before == 0;
	page->bodies = store_wanted_bodies(store, folder, &pass->wish, pass->before, PAGE, error);
	return page->bodies &&
	       (!first || store_count_wanted(store, folder, &pass->wish, &pass->total, error));
}

static bool
fill_queue(BodyPass *pass, GError **error)
{
	if (pass->exhausted || !g_queue_is_empty(&pass->queue))
		return true;
	Page page = { pass, NULL };
	if (!disk_ask(pass->round->disk, ask_wanted, &page, error)) {
		g_clear_pointer(&page.bodies, g_ptr_array_unref);
		return false;
	}
	g_ptr_array_set_free_func(page.bodies, NULL);
	for (unsigned i = 0; i < page.bodies->len; i++) {
		WantedBody *body = g_ptr_array_index(page.bodies, i);
		pass->before = body->uid;
		g_queue_push_tail(&pass->queue, body);
	}
	pass->exhausted = page.bodies->len == 0;
	g_ptr_array_unref(page.bodies);
	return true;
}

bool
body_pass_send(BodyPass *pass, Command *command, GError **error)
{
	uidset_sort(command->uids);
	/* so few that one text holds them */
	g_autoptr(GPtrArray) sets =
		uidset_write((uint32_t *)(void *)command->uids->data, command->uids->len, 0, 0);
	g_queue_push_tail(&pass->commands, command);
	pass->bytes_under_way += command->bytes;
	RemoteCommand fetch = { .verb = pass->wish.stubs ? REMOTE_FETCH_TOPS : REMOTE_FETCH_BODIES,
		.set = g_ptr_array_index(sets, 0) };
	return remote_send(pass->round->remote, &fetch, error);
}

static bool
is_suspect(const BodyPass *pass, const WantedBody *body)
{
	return g_hash_table_contains(pass->round->suspects, &body->row);
}

bool
body_pass_send_next(BodyPass *pass, GError **error)
{
	Command *command = body_command_new();
	WantedBody *body;
	while (command->uids->len < COMMAND_MESSAGES &&
		(body = g_queue_peek_head(&pass->queue)) != NULL) {
		pass->alone = is_suspect(pass, body) && command->uids->len == 0;
		if (command->uids->len &&
			(command->bytes + body->size > COMMAND_BYTES || is_suspect(pass, body)))
			break;
		g_queue_pop_head(&pass->queue);
		g_array_append_val(command->uids, body->uid);
		command->bytes += body->size;
		g_hash_table_insert(pass->asked, GUINT_TO_POINTER(body->uid), body);
		if (pass->alone)
			break;
	}
	return body_pass_send(pass, command, error);
}

/* Asked for, answered, and not there: gone meanwhile, or a message this server cannot give. */
static void
take_missed(BodyPass *pass, const Command *command)
{
	for (unsigned i = 0; i < command->uids->len; i++) {
		void *key = GUINT_TO_POINTER(g_array_index(command->uids, uint32_t, i));
		void *body = NULL;
		if (g_hash_table_steal_extended(pass->asked, key, NULL, &body))
			g_ptr_array_add(pass->missed, body);
	}
}

/* A NO may be about one message of many; "not now" is about none of them. */
static bool
hear_refusal(BodyPass *pass, const ImapDone *done, GError **error)
{
	if (done->result == IMAP_OK)
		return true;
	g_clear_error(&pass->refusal);
	imap_refused(done, pass->round->config->name, &pass->refusal);
	pass->refusals++;
	if (!g_error_matches(pass->refusal, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE))
		return true;
	g_propagate_error(error, g_steal_pointer(&pass->refusal));
	return false;
}

bool
body_pass_read_one(BodyPass *pass, GError **error)
{
	ImapDone done = { 0 };
	Command *command = g_queue_peek_head(&pass->commands);
	g_autoptr(GError) broken = NULL;
	if (!remote_read(pass->round->remote, command->uids->len, &done, &broken)) {
		if (pass->failure) { /* the session was ended by ourselves: this is why */
			g_propagate_error(error, g_steal_pointer(&pass->failure));
			return false;
		}
		if (g_error_matches(broken, ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED))
			body_pass_find_blame(pass, command, broken);
		g_propagate_error(error, g_steal_pointer(&broken));
		return false;
	}
	pass->alone = false;
	bool fine = hear_refusal(pass, &done, error);
	imap_done_clear(&done);
	pass->bytes_under_way -= command->bytes;
	take_missed(pass, command);
	command_free(g_queue_pop_head(&pass->commands));
	return fine;
}

static bool
may_send(const BodyPass *pass)
{
	const WantedBody *next = g_queue_peek_head((GQueue *)&pass->queue);
	if (pass->commands.length && (pass->alone || (next && is_suspect(pass, next))))
		return false;
	return next && pass->commands.length < COMMANDS_UNDER_WAY &&
	       (pass->commands.length == 0 || pass->bytes_under_way < BYTES_UNDER_WAY);
}

/* UIDs say nothing where they were given anew. */
bool
body_pass_enter(BodyPass *pass, GError **error)
{
	Round *round = pass->round;
	const StoreFolder *folder = pass->folder;
	if (!round_examine(round, folder, false, error))
		return false;
	remote_hear(round->remote, &handlers, pass);
	uint32_t next = round->selected.uidnext;
	if (round->selected.uidvalidity == folder->uidvalidity && folder->state != FOLDER_REMATCH &&
		(!next || next >= folder->uidnext))
		return true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED,
		"%s: the server renumbered this folder; nothing is fetched from it before the next "
		"sync",
		folder->name);
	return false;
}

static bool
serve_others(BodyPass *pass, GError **error)
{
	Round *round = pass->round;
	return round->owner->serve(round, round->owner->data, error) &&
	       body_pass_enter(pass, error);
}

static const char *
phase_of(const BodyPass *pass)
{
	return pass->wish.stubs ? "headers" : "bodies";
}

static bool
run(BodyPass *pass, GError **error)
{
	Round *round = pass->round;
	while (true) {
		if (round_is_cancelled(round, error) || !fill_queue(pass, error))
			return false;
		bool service = round->owner->wants_service(round->owner->data);
		if (service && pass->commands.length == 0) {
			if (!serve_others(pass, error))
				return false;
		} else if (may_send(pass) && !service) {
			if (!body_pass_send_next(pass, error))
				return false;
		} else if (pass->commands.length) {
			if (!body_pass_read_one(pass, error))
				return false;
			round->owner->progress(pass->folder->name, phase_of(pass), pass->done,
				pass->total, round->owner->data);
		} else if (pass->exhausted) {
			return true;
		}
		if (!placer_turn(round->placer, false, error))
			return false;
	}
}

typedef struct Tmp {
	int64_t folder;
	int fd;
} Tmp;

static bool
ask_tmp(Store *store, void *data, GError **error)
{
	Tmp *tmp = data;
	tmp->fd = store_open_tmp(store, tmp->folder, error);
	return tmp->fd >= 0;
}

bool
body_pass_open(BodyPass *pass, Round *round, const StoreFolder *folder, GError **error)
{
	Tmp tmp = { folder->id, -1 };
	if (!disk_ask(round->disk, ask_tmp, &tmp, error))
		return false;
	pass->round = round;
	pass->folder = folder;
	pass->tmp = tmp.fd;
	g_queue_init(&pass->queue);
	g_queue_init(&pass->commands);
	pass->asked = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)wanted_body_free);
	pass->missed = g_ptr_array_new_with_free_func((GDestroyNotify)wanted_body_free);
	return true;
}

void
body_pass_close(BodyPass *pass)
{
	remote_hear(pass->round->remote, NULL, NULL);
	drop_arriving(pass);
	close(pass->tmp);
	g_queue_clear_full(&pass->queue, (GDestroyNotify)wanted_body_free);
	g_queue_clear_full(&pass->commands, command_free);
	g_hash_table_unref(pass->asked);
	g_ptr_array_unref(pass->missed);
	g_clear_error(&pass->failure);
	g_clear_error(&pass->refusal);
}

static bool
pull(Round *round, RoundFolder *folder, const BodyWish *wish, GError **error)
{
	BodyPass pass = { .wish = *wish };
	if (!body_pass_open(&pass, round, folder->known, error))
		return false;
	bool ok = fill_queue(&pass, error);
	if (ok && !pass.exhausted) {
		ok = body_pass_enter(&pass, error) && run(&pass, error) &&
		     body_pass_retry_missed(&pass, error);
	}
	round->bodies += (size_t)pass.done;
	body_pass_close(&pass);
	return ok;
}

bool
round_pull_bodies(Round *round, RoundFolder *folder, GError **error)
{
	const AccountConfig *config = round->config;
	BodyWish wish = { .max_size = config->max_size };
	if (config->max_age)
		wish.since = g_get_real_time() / G_USEC_PER_SEC - config->max_age;
	return pull(round, folder, &wish, error);
}

bool
round_pull_stubs(Round *round, RoundFolder *folder, GError **error)
{
	return pull(round, folder, &(BodyWish){ .stubs = true }, error);
}
