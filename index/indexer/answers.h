#pragma once
/*
 * The indexer's answers to all questions but hello and batch (index/indexer.h). Main thread.
 */
#include "index/indexer/index_db.h"
#include "index/indexer/writer.h"
#include "index/json.h"

/*
 * The answer without its id; NULL with an error, which is INDEX_ERROR_PROTOCOL if the question was
 * wrong. The caller owns it.
 */
JsonObject *answers_find(Writer *writer, IndexDb *db, JsonObject *question, GError **error);
