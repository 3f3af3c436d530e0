// --- loading
import SwiftUI

/// 1. When the last cell appears.
struct LastCellList: View {
    @ObservedObject var timeline: Timeline
    var body: some View {
        List(timeline.photos) { photo in
            Text(photo.caption).onAppear {
                if photo.id == timeline.photos.last?.id { Task { try? await timeline.loadMore() } }
            }
        }
        .task { try? await timeline.loadMore() }
    }
}

/// 2. When an extra loading cell appears, which stands behind all photos until there are no more.
struct LoadingCellList: View {
    @ObservedObject var timeline: Timeline
    var body: some View {
        List {
            ForEach(timeline.photos) { photo in Text(photo.caption) }
            if timeline.hasMore {
                ProgressView().id(timeline.photos.count).onAppear { Task { try? await timeline.loadMore() } }
            }
        }
    }
}

/// 3. When the scroll position is less than two screens before the end (iOS 18).
struct ScrollPositionList: View {
    @ObservedObject var timeline: Timeline
    var body: some View {
        ScrollView {
            LazyVStack { ForEach(timeline.photos) { photo in Text(photo.caption) } }
        }
        .onScrollGeometryChange(for: Bool.self) { scroll in
            scroll.contentSize.height - scroll.visibleRect.maxY < 2 * scroll.containerSize.height
        } action: { _, isNearTheEnd in
            if isNearTheEnd { Task { try? await timeline.loadMore() } }
        }
        .task { try? await timeline.loadMore() }
    }
}
