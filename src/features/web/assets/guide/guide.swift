// --- token
import Foundation

struct Session {
    /// Where the service is, as in `http://localhost:8080`.
    let service: URL
    /// An ID token, or a personal token.
    let token: String

    func request(_ path: String, method: String = "GET") -> URLRequest {
        var request = URLRequest(url: URL(string: path, relativeTo: service)!)
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        return request
    }

    func call<Reply: Decodable>(_ request: URLRequest) async throws -> Reply {
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let status = (response as? HTTPURLResponse)?.statusCode, status < 400 else {
            throw try JSONDecoder().decode(Problem.self, from: data)
        }
        return try JSONDecoder().decode(Reply.self, from: data)
    }
}

struct Problem: Decodable, Error {
    let code: String
    let detail: String
    let retryable: Bool?
}

// --- upload
struct Variant: Decodable { let url: String, cacheKey: String, width: Int, height: Int }
struct Photo: Decodable, Identifiable {
    let id: String, caption: String
    let variants: [String: Variant]?
}
struct Uploaded: Decodable { let status: String, photo: Photo }

extension Session {
    /// `key` stays the same when you try again: the photo is made once.
    func upload(_ file: Data, key: String) async throws -> Photo {
        let boundary = UUID().uuidString
        var body = Data("--\(boundary)\r\nContent-Disposition: form-data; name=\"image\"; filename=\"lake.jpg\"\r\n\r\n".utf8)
        body.append(file)
        body.append(Data("\r\n--\(boundary)--\r\n".utf8))
        var request = request("/v1/photos", method: "POST")
        request.setValue("multipart/form-data; boundary=\(boundary)", forHTTPHeaderField: "Content-Type")
        request.setValue(key, forHTTPHeaderField: "Idempotency-Key")
        request.httpBody = body
        let uploaded: Uploaded = try await call(request)
        return uploaded.photo
    }
}

// --- page
struct Page: Decodable { let items: [Photo], next: String?, prev: String? }

extension Session {
    func firstPage() async throws -> Page { try await call(request("/v1/timeline?limit=50")) }
}

// --- picture
// SwiftUI: the address works without headers.
// AsyncImage(url: URL(string: photo.variants!["small"]!.url, relativeTo: session.service))

// --- paging
@MainActor final class Timeline: ObservableObject {
    @Published private(set) var photos: [Photo] = []
    private var next: String? = ""
    var hasMore: Bool { next != nil }
    private var isLoading = false
    private let session: Session
    init(session: Session) { self.session = session }

    /// Call it when the last cell, the loading cell, or a cell near the end appears.
    func loadMore() async throws {
        guard let cursor = next, !isLoading else { return }
        isLoading = true
        defer { isLoading = false }
        let path = cursor.isEmpty ? "/v1/timeline?limit=50" : "/v1/timeline?limit=50&cursor=\(cursor)"
        let page: Page = try await session.call(session.request(path))
        photos += page.items
        next = page.next
    }
}

// --- changes
struct Change: Decodable { let kind: String, type: String, id: String?, photo: Photo? }
struct Changes: Decodable { let changes: [Change], token: String, more: Bool }

extension Session {
    /// Store the returned token with the copy, and give it the next time.
    func sync(into copy: inout [String: Photo], since token: String?) async throws -> String {
        var token = token
        while true {
            let page: Changes = try await call(request(token.map { "/v1/changes?token=\($0)" } ?? "/v1/changes"))
            // Other kinds may come in a later version.
            for change in page.changes where change.kind == "photo" {
                if let photo = change.photo { copy[photo.id] = photo } else if let id = change.id { copy[id] = nil }
            }
            token = page.token
            if !page.more { return page.token }
        }
    }
}

// --- session
// Large files in the app: POST /v1/uploads, then PUT to `sessionUrl` with `Content-Range`, as in the column of TypeScript.
// In the background a grant is simpler: see the next section.

// --- grant
struct Grants: Decodable { struct Grant: Decodable { let url: URL }; let grants: [Grant] }

extension Session {
    /// Hands files to the system, which uploads them while the app does not run.
    func uploadInBackground(_ files: [URL], with background: URLSession) async throws {
        var request = request("/v1/upload-grants", method: "POST")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONEncoder().encode(["count": files.count])
        let made: Grants = try await call(request)
        for (file, grant) in zip(files, made.grants) {
            var put = URLRequest(url: grant.url)
            put.httpMethod = "PUT"
            background.uploadTask(with: put, fromFile: file).resume()
        }
    }
}
