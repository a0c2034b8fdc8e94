// SPDX-License-Identifier: ISC
/* From what people write to a key, and to the key that they may have meant. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "model/profile_keys.h"

/* The mappings that hold keys per direction. */
static const struct scope {
	const char *name;
	unsigned dirs;
} scopes[] = {
	{ "both", 1U << TO_VPC | 1U << TO_ONPREM },
	{ "to_vpc", 1U << TO_VPC },
	{ "to_onprem", 1U << TO_ONPREM },
};

/* The scope that @path begins with; *ret_rest is what follows, "" for the bare scope. */
static const struct scope *find_scope(const char *path, const char **ret_rest)
{
	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++) {
		size_t n = strlen(scopes[i].name);

		if (strncmp(path, scopes[i].name, n) != 0 || (path[n] && path[n] != '.'))
			continue;
		*ret_rest = path + n + (path[n] == '.');
		return &scopes[i];
	}

	*ret_rest = path;
	return NULL;
}

bool key_resolve(const char *path, bool bare, struct key_ref *ret_ref)
{
	const char *name;
	const struct scope *scope = find_scope(path, &name);

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		if (strcmp(key->name, name) != 0)
			continue;
		if (key->per_dir ? !scope && !bare : !!scope)
			continue;
		ret_ref->key = key;
		ret_ref->dirs = scope ? scope->dirs : scopes[0].dirs;
		return true;
	}

	return false;
}

bool key_is_section(const char *path)
{
	const char *name;
	const struct scope *scope = find_scope(path, &name);
	size_t n = strlen(name);

	if (scope && !n)
		return strcmp(path, scope->name) == 0;

	for (const struct key *key = profile_keys; key < profile_keys + profile_keys_n; key++) {
		if (key->per_dir == !!scope && strncmp(key->name, name, n) == 0 &&
		    key->name[n] == '.')
			return true;
	}

	return false;
}

/* The key that @name may be meant for: one of its group ("jitter"), its last word ("c_tag"), or alike. */
static const char *near_key(const char *name)
{
	const char *names[PROFILE_KEYS_MAX];
	size_t n = strlen(name);

	for (size_t i = 0; i < profile_keys_n; i++) {
		const char *dot = strchr(profile_keys[i].name, '.');

		names[i] = profile_keys[i].name;
		if (dot && ((strncmp(names[i], name, n) == 0 && dot == names[i] + n) ||
			    strcmp(dot + 1, name) == 0))
			return names[i];
	}

	return nearest(name, names, profile_keys_n);
}

char *key_suggest(const char *path, bool bare, char *buf, size_t size)
{
	const char *name, *near, *prefix = "", *dot = "";
	const struct scope *scope = find_scope(path, &name);
	struct key_ref ref;

	near = near_key(name);
	if (!near) {
		(void)snprintf(buf, size, "see 'dxemu profile keys'");
		return buf;
	}
	if (!key_resolve(near, false, &ref) && (scope || !bare)) {
		prefix = scope ? scope->name : scopes[0].name;
		dot = ".";
	}
	(void)snprintf(buf, size, "did you mean '%s%s%s'?", prefix, dot, near);

	return buf;
}
