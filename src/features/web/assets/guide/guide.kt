// --- token
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import okhttp3.*
import okhttp3.HttpUrl.Companion.toHttpUrl
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.RequestBody.Companion.asRequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import java.io.File

val json = Json { ignoreUnknownKeys = true }

/** `service` as in `http://10.0.2.2:8080`, which is the computer of an emulator. `token`: an ID token, or a personal token. */
class Session(service: String, private val token: String) {
    val service = service.toHttpUrl()
    private val client = OkHttpClient()

    fun request(path: String) =
        Request.Builder().url(service.resolve(path)!!).header("Authorization", "Bearer $token")

    inline fun <reified Reply> call(request: Request): Reply = json.decodeFromString(text(request))

    fun text(request: Request): String = client.newCall(request).execute().use { reply ->
        val body = reply.body!!.string()
        if (!reply.isSuccessful) throw ProblemException(json.decodeFromString(body))
        body
    }
}

@Serializable data class Problem(val code: String, val detail: String, val retryable: Boolean = false)
class ProblemException(val problem: Problem) : Exception(problem.detail)

// --- upload
@Serializable data class Variant(val url: String, val cacheKey: String, val width: Int, val height: Int)
@Serializable data class Photo(val id: String, val caption: String, val variants: Map<String, Variant>? = null)
@Serializable data class Uploaded(val status: String, val photo: Photo)

/** `key` stays the same when you try again: the photo is made once. */
fun Session.upload(file: File, key: String): Photo {
    val form = MultipartBody.Builder().setType(MultipartBody.FORM)
        .addFormDataPart("caption", "Evening at the lake")
        .addFormDataPart("image", file.name, file.asRequestBody("image/jpeg".toMediaType()))
        .build()
    return call<Uploaded>(request("/v1/photos").header("Idempotency-Key", key).post(form).build()).photo
}

// --- page
@Serializable data class Page(val items: List<Photo>, val next: String? = null, val prev: String? = null)

fun Session.firstPage(): Page = call(request("/v1/timeline?limit=50").build())

// --- picture
// Coil: the address works without headers, and `cacheKey` stays when its token changes.
// AsyncImage(ImageRequest.Builder(context).data(session.service.resolve(small.url).toString())
//     .memoryCacheKey(small.cacheKey).diskCacheKey(small.cacheKey).build(), photo.caption)

// --- paging
/** For a LazyColumn: call `loadMore` when the last visible item is near the end. */
class Timeline(private val session: Session) {
    val photos = mutableListOf<Photo>()
    private var next: String? = ""
    val hasMore get() = next != null

    @Synchronized fun loadMore() {
        val cursor = next ?: return
        val path = if (cursor.isEmpty()) "/v1/timeline?limit=50" else "/v1/timeline?limit=50&cursor=$cursor"
        val page = session.call<Page>(session.request(path).build())
        photos += page.items
        next = page.next
    }
}

// --- changes
@Serializable data class Change(val kind: String, val type: String, val id: String? = null, val photo: Photo? = null)
@Serializable data class Changes(val changes: List<Change>, val token: String, val more: Boolean)

/** Store the returned token with the copy, and give it the next time. */
fun Session.sync(copy: MutableMap<String, Photo>, since: String?): String {
    var token = since
    while (true) {
        val path = if (token == null) "/v1/changes" else "/v1/changes?token=$token"
        val page = call<Changes>(request(path).build())
        // Other kinds may come in a later version.
        for (change in page.changes.filter { it.kind == "photo" }) {
            if (change.photo != null) copy[change.photo.id] = change.photo else copy.remove(change.id)
        }
        token = page.token
        if (!page.more) return page.token
    }
}

// --- session
// Large files in the app: POST /v1/uploads, then PUT to `sessionUrl` with `Content-Range`, as in the column of TypeScript.
// In the background a grant is simpler: see the next section.

// --- grant
@Serializable data class Grant(val url: String)
@Serializable data class Grants(val grants: List<Grant>)

/** Addresses for WorkManager: each takes one file by PUT, without credentials, also when the work is run again. */
fun Session.uploadGrants(count: Int): List<String> {
    val body = """{"count": $count}""".toRequestBody("application/json".toMediaType())
    return call<Grants>(request("/v1/upload-grants").post(body).build()).grants.map { it.url }
}
