#include "backend/store/rematch.h"

#include <string.h>

#include "backend/core/merge.h"
#include "backend/core/pass.h"

/*
 * Of each message no more than tells it from others is kept, so that a large folder fits: below a hundred bytes, and
 * each keyword set once. A crash anywhere costs the headers again, and nothing else.
 */
struct Match {
	Pass *pass;
	GArray *mails;        /* of ServerMail */
	GHashTable *keywords; /* sets, of char * */
	Rematched result;
};

static const char *
keep_keywords(Match *match, const ImapFetch *fetch)
{
	char *set = merge_keyword_set((const char *const *)fetch->keywords);
	const char *known = g_hash_table_lookup(match->keywords, set);
	if (known)
		g_free(set);
	else
		g_hash_table_add(match->keywords, set);
	return known ? known : set;
}

void
match_take(Match *match, const ImapFetch *fetch)
{
	g_autoptr(Header) header = header_read_for_list(fetch->header, fetch->header_length);
	ServerMail mail = { .has_flags = fetch->has_flags,
		.flags = fetch->flags,
		.keywords = fetch->keywords ? keep_keywords(match, fetch) : NULL,
		.item = { .uid = fetch->uid,
			.midh = header->message_id ? header_id_hash(header->message_id) : 0,
			.size = fetch->size,
			.idate = fetch->internal_date } };
	header_identity(header, fetch->internal_date, fetch->size, mail.item.identity);
	match_item_weaken(&mail.item, header);
	g_array_append_val(match->mails, mail);
}

static bool
ask_rematch(Store *store, void *data, GError **error)
{
	Match *match = data;
	const ImapSelected *selected = &match->pass->selected;
	ServerMarks marks = { selected->uidvalidity, selected->uidnext, selected->modseq };
	return store_rematch(store, match->pass->folder->known->id, &marks,
		(ServerMail *)(void *)match->mails->data, match->mails->len, &match->result, error);
}

static void
tell(const Match *match)
{
	const RoundOwner *owner = match->pass->round->owner;
	const char *folder = match->pass->folder->known->name;
	g_info("%s: %zu messages were found again, %zu are not there", folder, match->result.found,
		match->result.gone);
	owner->changed(folder, owner->data);
	if (!match->result.unstable)
		return;
	g_autoptr(GError) told = g_error_new(ACCOUNT_ERROR, ACCOUNT_ERROR_REFUSED,
		"the server keeps numbering this folder anew; each time all its headers are read "
		"to find its messages again");
	owner->notice(folder, told, owner->data);
}

static bool
run(Match *match, GError **error)
{
	Pass *pass = match->pass;
	uint32_t next = pass->selected.uidnext;
	if (pass->selected.exists && next > 1 &&
		!pass_fetch_all(pass, (Span){ 1, next - 1 }, error))
		return false;
	if (!disk_ask(pass->round->disk, ask_rematch, match, error))
		return false;
	tell(match);
	return true;
}

bool
pass_rematch(Pass *pass, GError **error)
{
	Match match = { .pass = pass,
		.mails = g_array_new(FALSE, FALSE, sizeof(ServerMail)),
		.keywords = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	pass->match = &match;
	bool ok = run(&match, error);
	pass->match = NULL;
	g_array_unref(match.mails);
	g_hash_table_unref(match.keywords);
	return ok;
}
