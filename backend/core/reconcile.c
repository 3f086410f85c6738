#include "backend/core/pass.h"
#include "backend/core/uidset.h"

enum { SEARCH_WINDOW = 50000, HOLE_LIMIT = 500, DOUBTFUL_COUNT = 100, DOUBTFUL_SHARE = 4 };

static bool
send_search(Pass *pass, Span span, GError **error)
{
	g_autofree char *set = g_strdup_printf("%u:%u", span.first, span.last);
	RemoteCommand command = { .verb = REMOTE_SEARCH, .set = set };
	return remote_send(pass->round->remote, &command, error);
}

static bool
done_search(Pass *pass, Span span, GError **error)
{
	return true;
}

static bool
search_uids(Pass *pass, uint32_t below, GError **error)
{
	g_array_set_size(pass->numbers, 0);
	if (below > 1 && !pass_run_windows(pass, (Span){ 1, below - 1 }, SEARCH_WINDOW,
				 SEARCH_WINDOW, send_search, done_search, error))
		return false;
	uidset_sort(pass->numbers);
	return true;
}

typedef struct Compare {
	Pass *pass;
	GArray *ours; /* of uint32_t */
	GArray *gone, *holes;
	size_t count;
} Compare;

static bool
ask_uids(Store *store, void *data, GError **error)
{
	Compare *compare = data;
	compare->ours = store_uids(store, compare->pass->folder->known->id, error);
	return compare->ours != NULL;
}

static bool
ask_vanished(Store *store, void *data, GError **error)
{
	Compare *compare = data;
	return store_vanished(store, compare->pass->folder->known->id,
		(uint32_t *)(void *)compare->gone->data, compare->gone->len, error);
}

/* Both sorted: what only one side has. UIDs from BELOW on are none of this comparison's. */
static void
compare_uids(Compare *compare, const GArray *theirs, uint32_t below)
{
	const uint32_t *ours = (uint32_t *)(void *)compare->ours->data,
		       *them = (uint32_t *)(void *)theirs->data;
	unsigned i = 0, j = 0;
	g_array_set_size(compare->gone, 0);
	g_array_set_size(compare->holes, 0);
	while (i < compare->ours->len || j < theirs->len) {
		if (j == theirs->len || (i < compare->ours->len && ours[i] < them[j])) {
			if (ours[i] < below)
				g_array_append_val(compare->gone, ours[i]);
			i++;
		} else if (i == compare->ours->len || them[j] < ours[i]) {
			if (them[j] < below)
				g_array_append_val(compare->holes, them[j]);
			j++;
		} else {
			i++;
			j++;
		}
	}
}

/* Both sorted: UIDS keeps what OTHERS has too. */
static void
keep_common(GArray *uids, const GArray *others)
{
	unsigned kept = 0;
	for (unsigned i = 0, j = 0; i < uids->len; i++) {
		uint32_t uid = g_array_index(uids, uint32_t, i);
		while (j < others->len && g_array_index(others, uint32_t, j) < uid)
			j++;
		if (j < others->len && g_array_index(others, uint32_t, j) == uid)
			g_array_index(uids, uint32_t, kept++) = uid;
	}
	g_array_set_size(uids, kept);
}

/* Many at once may be a server's lie (an outage shows as an empty folder): it is asked twice. */
static bool
confirm_gone(Compare *compare, uint32_t below, GError **error)
{
	Pass *pass = compare->pass;
	if (compare->gone->len <= DOUBTFUL_COUNT ||
		compare->gone->len * DOUBTFUL_SHARE <= compare->ours->len)
		return true;
	g_autoptr(GArray) first = g_array_copy(compare->gone);
	RemoteCommand noop = { .verb = REMOTE_NOOP };
	if (!remote_command(pass->round->remote, &noop, NULL, error) ||
		!search_uids(pass, below, error))
		return false;
	compare_uids(compare, pass->numbers, below);
	keep_common(compare->gone, first);
	return true;
}

/* UIDs that we should have and have not (a line that could not be read, a server that hid them). */
static bool
fetch_holes(Pass *pass, const GArray *holes, GError **error)
{
	for (unsigned i = 0; i < holes->len; i++) {
		uint32_t first = g_array_index(holes, uint32_t, i), last = first;
		while (i + 1 < holes->len && g_array_index(holes, uint32_t, i + 1) == last + 1 &&
			last - first < HOLE_LIMIT)
			last = g_array_index(holes, uint32_t, ++i);
		Span span = { first, last };
		if (!pass_fetch_newer(pass, span, error))
			return false;
	}
	return true;
}

static int
by_first(const void *left, const void *right)
{
	uint32_t a = ((const Span *)left)->first, b = ((const Span *)right)->first;
	return (a > b) - (a < b);
}

/* OURS is ascending: GONE gets what lies in any of the spans. */
static void
find_vanished(Compare *compare)
{
	GArray *spans = compare->pass->vanished;
	g_array_sort(spans, by_first);
	uint32_t end = 0;
	bool any = false;
	for (unsigned i = 0, at = 0; i < compare->ours->len; i++) {
		uint32_t uid = g_array_index(compare->ours, uint32_t, i);
		for (; at < spans->len && g_array_index(spans, Span, at).first <= uid; at++) {
			end = MAX(end, g_array_index(spans, Span, at).last);
			any = true;
		}
		if (any && uid <= end)
			g_array_append_val(compare->gone, uid);
	}
}

bool
pass_take_vanished(Pass *pass, GError **error)
{
	uint32_t below = pass->selected.uidnext;
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GArray) holes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	Compare compare = { pass, NULL, gone, holes, 0 };
	bool ok = disk_ask(pass->round->disk, ask_uids, &compare, error);
	if (ok) {
		find_vanished(&compare);
		g_array_set_size(pass->vanished, 0);
		ok = confirm_gone(&compare, below, error);
	}
	if (ok && gone->len) {
		ok = disk_ask(pass->round->disk, ask_vanished, &compare, error);
		pass->round->owner->changed(pass->folder->known->name, pass->round->owner->data);
	}
	g_clear_pointer(&compare.ours, g_array_unref);
	return ok;
}

bool
pass_reconcile(Pass *pass, GError **error)
{
	uint32_t below = pass->folder->known->uidnext;
	g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GArray) holes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	Compare compare = { pass, NULL, gone, holes, 0 };
	bool ok = search_uids(pass, below, error) &&
	          disk_ask(pass->round->disk, ask_uids, &compare, error);
	if (ok) {
		compare_uids(&compare, pass->numbers, below);
		ok = confirm_gone(&compare, below, error) && fetch_holes(pass, holes, error);
	}
	if (ok && gone->len) {
		ok = disk_ask(pass->round->disk, ask_vanished, &compare, error);
		pass->round->owner->changed(pass->folder->known->name, pass->round->owner->data);
	}
	g_clear_pointer(&compare.ours, g_array_unref);
	return ok;
}
