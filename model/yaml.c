// SPDX-License-Identifier: ISC
#include "model/yaml.h"

#include <errno.h>
#include <jansson.h>
#include <libfyaml.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"

struct level {
	size_t path_length; /* of the mapping's or list's own path */
	bool is_list;
	bool value_next; /* a key has come, its value has not; in a list always */
	unsigned n;	 /* items so far */
};

struct walk {
	struct yaml_at at; /* of the event at hand */
	yaml_handler *handler;
	void *context;
	struct level levels[YAML_DEPTH_MAX];
	size_t depth;
	unsigned documents;
};

static void parser_cleanup(struct fy_parser **parser)
{
	fy_parser_destroy(*parser);
}

static void diag_cleanup(struct fy_diag **diag)
{
	fy_diag_destroy(*diag);
}

static void iter_cleanup(struct fy_token_iter **iter)
{
	if (*iter)
		fy_token_iter_destroy(*iter);
}

#define auto_iter __attribute__((cleanup(iter_cleanup)))
#define auto_parser __attribute__((cleanup(parser_cleanup)))
#define auto_diag __attribute__((cleanup(diag_cleanup)))

int yaml_fail(const struct yaml_at *at, struct err *err, const char *fmt, ...)
{
	char msg[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);

	return err_input(err, "%s:%d:%d: %s%s%s", at->name, at->line, at->column, at->path,
			 at->path[0] ? ": " : "", msg);
}

static int out_of_memory(const struct walk *w, struct err *err)
{
	return err_set(err, -ENOMEM, "%s: out of memory", w->at.name);
}

static struct level *top(struct walk *w)
{
	return w->depth ? &w->levels[w->depth - 1] : NULL;
}

/* The value of a key or an item is complete: what follows in a mapping is another key. */
static void value_done(struct walk *w)
{
	struct level *level = top(w);

	if (!level)
		return;
	level->value_next = level->is_list;
	w->at.path[level->path_length] = '\0';
}

/* Where a value begins: in a list it is an item, which gets a path of its own. */
static void begin_value(struct walk *w)
{
	struct level *level = top(w);

	if (level && level->is_list)
		(void)snprintf(w->at.path + level->path_length,
			       sizeof(w->at.path) - level->path_length, "[%u]", level->n++);
}

static int enter(struct walk *w, enum yaml_event event, struct err *err)
{
	const struct level *level = top(w);
	bool is_list = event == YAML_LIST;

	if (level && !level->value_next)
		return yaml_fail(&w->at, err, "a %s where a key is expected",
				 is_list ? "list" : "mapping");
	begin_value(w);
	if (w->depth == YAML_DEPTH_MAX)
		return yaml_fail(&w->at, err, "nested too deeply");
	w->levels[w->depth++] = (struct level){ .path_length = strlen(w->at.path),
						.is_list = is_list,
						.value_next = is_list };

	return w->handler(w->context, event, &w->at, "", err);
}

static int leave(struct walk *w, enum yaml_event event, struct err *err)
{
	int r = w->handler(w->context, event, &w->at, "", err);

	w->depth--;
	value_done(w);

	return r;
}

static int take_key(struct walk *w, const char *text, struct err *err)
{
	struct level *level = top(w);
	size_t used = level->path_length;
	char shown[48];

	(void)text_for_message(text, shown, sizeof(shown));
	(void)snprintf(w->at.path + used, sizeof(w->at.path) - used, "%s%.*s", used ? "." : "",
		       (int)sizeof(w->at.path), shown);
	level->value_next = true;

	return w->handler(w->context, YAML_KEY, &w->at, text, err);
}

/*
 * The text of a token (none: ""), terminated; the caller frees it. Piece by piece, because fy_token_get_text() of
 * libfyaml 0.7.12 loses the end of, and leaks, a text in single quotes with several quotes in a row.
 */
static char *token_text(struct fy_token *token, size_t *ret_length)
{
	auto_iter struct fy_token_iter *iter = token ? fy_token_iter_create(token) : NULL;
	const struct fy_iter_chunk *chunk = NULL;
	auto_free char *text = calloc(1, 1);
	size_t length = 0, room = 1;
	int r = 0;

	if (!text || (token && !iter))
		return NULL;
	while (iter && (chunk = fy_token_iter_chunk_next(iter, chunk, &r)) != NULL) {
		if (room - length <= chunk->len) {
			char *grown = realloc(text, 2 * (length + chunk->len) + 1);

			if (!grown)
				return NULL;
			text = grown;
			room = 2 * (length + chunk->len) + 1;
		}
		memcpy(text + length, chunk->str, chunk->len);
		length += chunk->len;
	}
	if (r < 0)
		return NULL;

	text[length] = '\0';
	*ret_length = length;
	return take_ptr(text);
}

static int take_scalar(struct walk *w, struct fy_event *event, struct err *err)
{
	auto_free char *text = NULL;
	size_t length = 0;
	int r;

	if (!w->depth)
		return yaml_fail(&w->at, err, "not a mapping of keys to values");
	text = token_text(event->scalar.value, &length);
	if (!text)
		return out_of_memory(w, err);
	/* These pieces have too many of such quotes; the length that the library reckoned before has not. */
	if (event->scalar.value && fy_token_get_text_length(event->scalar.value) != length)
		return yaml_fail(&w->at, err,
				 "several quotes in a row; write double quotes around the text");
	if (strlen(text) != length)
		return yaml_fail(&w->at, err, "contains a NUL character");
	if (!top(w)->value_next)
		return take_key(w, text, err);

	begin_value(w);
	r = w->handler(w->context, YAML_VALUE, &w->at, text, err);
	value_done(w);

	return r;
}

static int take_event(struct walk *w, struct fy_event *event, struct err *err)
{
	static const char no_anchors[] = "anchors and tags are not allowed; write the plain value";
	const struct fy_mark *mark = fy_event_start_mark(event);
	int r;

	if (mark) {
		w->at.line = mark->line + 1;
		w->at.column = mark->column + 1;
	}

	switch (event->type) {
	case FYET_DOCUMENT_START:
		if (w->documents++)
			return yaml_fail(&w->at, err, "a second document; one to a file");
		return 0;
	case FYET_MAPPING_START:
		if (event->mapping_start.anchor || event->mapping_start.tag)
			return yaml_fail(&w->at, err, no_anchors);
		return enter(w, YAML_ENTER, err);
	case FYET_MAPPING_END:
		return leave(w, YAML_LEAVE, err);
	case FYET_SCALAR:
		if (event->scalar.anchor || event->scalar.tag)
			return yaml_fail(&w->at, err, no_anchors);
		return take_scalar(w, event, err);
	case FYET_SEQUENCE_START:
		r = enter(w, YAML_LIST, err);
		if (r == 0 && (event->sequence_start.anchor || event->sequence_start.tag))
			return yaml_fail(&w->at, err, no_anchors);
		return r;
	case FYET_SEQUENCE_END:
		return leave(w, YAML_LIST_END, err);
	case FYET_ALIAS:
		return yaml_fail(&w->at, err, "aliases are not allowed; write the plain value");
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		break;
	}

	return 0;
}

/* libfyaml does not always say why it stopped, least of all at the end of a text that is cut short. */
static int syntax_error(struct walk *w, struct fy_diag *diag, struct err *err)
{
	void *iterator = NULL;
	const struct fy_diag_error *e = fy_diag_errors_iterate(diag, &iterator);

	w->at.path[0] = '\0';
	if (!e || !e->msg)
		return yaml_fail(&w->at, err,
				 "not valid YAML from here on: cut short, or a "
				 "bracket or quote is missing");
	w->at.line = e->line;
	w->at.column = e->column;

	return yaml_fail(&w->at, err, "not valid YAML: %s", e->msg);
}

/* libfyaml takes bytes that are no UTF-8 for the end of the text, without a word. */
static int check_encoding(struct walk *w, const char *text, size_t len, struct err *err)
{
	const char *end = text + len;

	for (w->at.line = 1; text < end; w->at.line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;
		json_t *utf8;

		for (const char *c = text; c < line_end; c++) {
			w->at.column = (int)(c - text) + 1;
			if ((unsigned char)*c < ' ' && *c != '\t' && *c != '\r')
				return yaml_fail(&w->at, err, "byte 0x%02x; this is no text file",
						 (unsigned char)*c);
		}
		w->at.column = 1;
		utf8 = json_stringn(text, (size_t)(line_end - text));
		if (!utf8)
			return yaml_fail(&w->at, err, "not UTF-8");
		json_decref(utf8);
		text = newline ? newline + 1 : end;
	}
	w->at.line = 1;

	return 0;
}

int yaml_walk(const char *text, size_t len, const char *name, yaml_handler *handler, void *context,
	      struct err *err)
{
	struct walk w = { .at = { .name = name, .column = 1 },
			  .handler = handler,
			  .context = context };
	struct fy_diag_cfg diag_cfg = { .level = FYET_ERROR, .module_mask = UINT_MAX };
	auto_diag struct fy_diag *diag = fy_diag_create(&diag_cfg);
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag };
	auto_parser struct fy_parser *parser = NULL;
	struct fy_event *event;
	int r = check_encoding(&w, text, len, err);

	if (r < 0)
		return r;
	if (!diag)
		return out_of_memory(&w, err);
	fy_diag_set_collect_errors(diag, true);
	parser = fy_parser_create(&cfg);
	if (!parser || fy_parser_set_string(parser, text, len) != 0)
		return out_of_memory(&w, err);

	while (r == 0 && (event = fy_parser_parse(parser)) != NULL) {
		r = take_event(&w, event, err);
		fy_parser_event_free(parser, event);
	}
	if (r == 0 && fy_parser_get_stream_error(parser))
		r = syntax_error(&w, diag, err);

	return r;
}
