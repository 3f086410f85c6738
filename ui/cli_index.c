#include "ui/cli_index.h"

#include "index/indexer.h"
#include "index/paths.h"

JsonObject *
cli_ask_index(const AccountConfig *any, JsonObject *question, GError **error)
{
	g_autofree char *state = paths_state();
	g_autofree char *program = paths_program("curlew-index");
	IndexerPlace place = { any->mail_root, state, program, NULL };
	if (!paths_make_directory(state, error))
		return NULL;
	g_autoptr(Indexer) indexer = indexer_open(&place, NULL, error);
	return indexer ? indexer_ask(indexer, question, NULL, error) : NULL;
}
